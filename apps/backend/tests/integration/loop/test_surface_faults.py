"""Everything that code can find in a draft, planted at once: a careless writer's scene is repaired or put to the author."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from factories.canon import make_facts
from factories.loop import StoryModels, Studio, make_studio
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.rules import RULES
from infinite_scribe.continuity.secrets import SECRET_RULES
from infinite_scribe.runs.schemas.wire import AnswerAsk
from integration.loop.test_chapter_loop import AUTO, answering, chapter, findings, prose
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(300)
CODES = {*RULES, *SECRET_RULES}
KEPT = {"en": "Tomas Hale sank the ferry in the storm", "zh": "陈望在风暴里凿沉了渡船"}
HIDDEN = {"en": ("real_name", "Anselm Voss"), "zh": ("real_name", "沈砚秋")}
SAYS = {
    "en": {
        "T0-ATTR": "Ines Carrow’s eyes were brown.",
        "T0-LIFE": "Odile Carrow laughed and shut the door.",
        "T0-POV": "Tomas Hale wondered whether anyone had seen him.",
        "T0-NAME": "Then Tomaz looked away.",
        "T0-KNOW": "The real name of Tomas Hale was Anselm Voss.",
        "T0-REVEAL": "Everybody knew that Tomas Hale sank the ferry in the storm.",
    },
    "zh": {
        "T0-ATTR": "林若溪的眼睛是褐色的。",
        "T0-LIFE": "阿秋笑了笑，关上了门。",
        "T0-POV": "陈望心想，没有人看见他。",
        "T0-NAME": "过了一会儿，林若汐没有作声。",
        "T0-KNOW": "陈望的真名叫沈砚秋。",
        "T0-REVEAL": "镇上都晓得，陈望在风暴里凿沉了渡船。",
    },
}
CAST = {"en": ("Ines Carrow", "Tomas Hale", "Odile Carrow", "grey"), "zh": ("林若溪", "陈望", "阿秋", "灰色")}


def spoilt(draft: str, sentences: list[str]) -> str:
    """Return a draft that breaks off before its last beat, with a sentence for each fault in it."""
    cut = draft.rpartition("[[B")[0].rstrip()
    assert cut
    head, gap, last = cut.rpartition("\n\n")
    return gap.join([head, *sentences, last])


@dataclass
class Careless:
    """Drafts with every fault there is. `stubborn`: its patches for a missing outcome change nothing that counts."""

    language: str
    stubborn: bool = False
    drafts: list[str] = field(default_factory=list)
    patched: list[str] = field(default_factory=list)

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "director.cards":
            cards = [{**one, "must_not_reveal": [KEPT[self.language]]} for one in answer["cards"]]
            return {**answer, "cards": cards}
        if task == "writer.draft_scene":
            self.drafts.append(spoilt(answer, list(SAYS[self.language].values())))
            return self.drafts[-1]
        if task == "editor.fix":
            self.patched.append(data["finding"]["rule"])
            if self.stubborn and data["finding"]["rule"] == "T0-PLAN":
                return {"patches": [{**one, "new": f"{one['old']} "} for one in answer["patches"]]}
        return answer


async def world(studio: Studio, language: str) -> None:
    lead, other, dead, eyes = CAST[language]
    cast, (predicate, name) = studio.start.cast_ids, HIDDEN[language]
    await make_facts(
        studio.db, studio.book,
        FactInput(subject_id=cast[lead], predicate="eye_colour", text=eyes),
        FactInput(subject_id=cast[dead], predicate="life_state", text="dead"),
        FactInput(subject_id=cast[other], predicate=predicate, text=name, publicity="secret"),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_fault_of_a_draft_is_repaired_or_put_to_the_author(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    assert set(SAYS[language]) == CODES, "a rule without a planted fault"
    studio = await make_studio(fresh_db, tmp_path, language)
    await world(studio, language)
    writer = Careless(language, stubborn=language == "zh")
    async with studio.working(StoryModels(writer)):
        gates = {**AUTO, "contradiction": "ask"}
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), gates=gates
        )
        if writer.stubborn:
            asking = await studio.asking(read.id)
            assert asking.gate is not None
            assert asking.gate["name"] == "contradiction"
            assert writer.patched.count("T0-PLAN") == 2, "two rounds, and then the author"
            (left,) = [one for one in await findings(studio, "T0-PLAN") if one.against["asked"] == "outcome"]
            assert (left.severity, left.status) == ("major", "open")
            writer.stubborn = False
            again = AnswerAsk(gate="contradiction", decision="fix_again")
            await studio.desk.command(answering(read.id, again))
        row = await studio.desk.until(read.id, "completed", "failed", seconds=220)
    assert row.error is None
    assert row.result is not None
    (scene,) = row.result["scenes"]
    assert scene["kept"] == []
    text = await prose(studio)
    for code, sentence in SAYS[language].items():
        found = await findings(studio, code)
        assert found, code
        assert {one.status for one in found} == {"fixed"}, code
        assert {one.claim["quote"] in writer.drafts[0] for one in found} == {True}, code
        assert sentence not in text, code
        assert writer.patched.count(code) <= 2 * len(found), code
    (ended,) = [one for one in await findings(studio, "T0-PLAN") if one.against["asked"] == "outcome"]
    assert ended.status == "fixed"
    end = "\n".join(text.splitlines()[-3:])
    assert str(ended.against["quote"]).rstrip(".。") in end
