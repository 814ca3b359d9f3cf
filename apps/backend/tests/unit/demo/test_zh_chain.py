"""The whole chain in Chinese against the answer models and code gates of the agents."""

from typing import Any

import pytest

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer, check_beats, check_cards
from infinite_scribe.agents.editor.answers import RealiseAnswer
from infinite_scribe.agents.librarian.answers import SummaryAnswer
from infinite_scribe.agents.worldsmith.answers import (
    STAGE_ANSWERS,
    CharactersAnswer,
    OptionsAnswer,
    PlotAnswer,
    SparksAnswer,
    WorldAnswer,
)
from infinite_scribe.agents.worldsmith.gates import (
    check_cast,
    check_options,
    check_plot,
    check_world,
)
from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.genesis.scoring import LEAST_DISTINCT, distinctness
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.llm.demo.zh import idea

#: A shared machine may be slow.
pytestmark = pytest.mark.timeout(60)

IDEAS = (
    "一个卖风暴的灯塔看守人",
    "盲眼的制琴师替死人修心跳",
    "在火星上种花的逃兵",
    "小镇上每个人都要上交一个秘密，邮差不肯交",
    "她想把父亲的声音找回来",
)


def ask(task: str, data: dict[str, Any], seed: int) -> dict[str, Any]:
    """The typed answer of a call."""
    return answer(task, {"language": "zh", "seed": seed, **data}, None, seed, "zh").output or {}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("idea", IDEAS)
def test_every_answer_has_the_form_of_its_agent(idea: str, seed: int) -> None:
    """options → theme, world, characters, plot → cards → beats → prose → verdicts → summary."""
    options = OptionsAnswer.model_validate(
        ask("worldsmith.options", {"stage": "seed", "idea": idea, "count": 4}, seed)
    )
    assert check_options(options, 4) == []
    forms = [option.model_dump() for option in options.options]
    assert min(distinctness(option, forms) for option in forms) >= LEAST_DISTINCT
    made = book(idea, seed, "zh")
    for stage, model in STAGE_ANSWERS.items():
        model.model_validate(made[stage])
    assert check_world(WorldAnswer.model_validate(made["world"])) == []
    assert check_cast(CharactersAnswer.model_validate(made["characters"])) == []
    assert check_plot(PlotAnswer.model_validate(made["plot"]), 12) == []
    assert any(member["role"] == "protagonist" and member["need"] for member in made["cast"])
    part = chapter(made, 1 + seed, seed, "zh", words=1200)
    people, places = (
        {member["handle"] for member in made["cast"]},
        {place["handle"] for place in made["places"]},
    )
    assert (
        check_cards(
            CardsAnswer.model_validate(
                {"cards": [{**part["card"], "opening_type": None, "closing_type": None}]}
            ),
            people,
            places,
            1,
        )
        == []
    )
    assert check_beats(BeatsAnswer.model_validate({"beats": part["beats"]}), people) == []
    assert sum(beat["word_budget"] for beat in part["beats"]) == 1200
    sentences = [
        {"handle": f"S{index}", "text": text}
        for index, text in enumerate(LANGUAGE.sentences(part["text"].replace("[[B1]]", "")), 1)
    ]
    paragraphs = [
        {"pid": f"p{index}", "text": text} for index, text in enumerate(LANGUAGE.paragraphs(part["text"]))
    ]
    RealiseAnswer.model_validate(
        ask("editor.realise", {"card": part["card"], "beats": part["beats"], "paragraphs": paragraphs}, seed)
    )
    summary = SummaryAnswer.model_validate(
        ask("librarian.summarise", {"node": "chapter", "max_tokens": 200, "sentences": sentences}, seed)
    )
    assert {source for line in summary.sentences for source in line.sources} <= {
        line["handle"] for line in sentences
    }


def test_sparks_have_their_form() -> None:
    """Twelve ideas, each different."""
    sparks = SparksAnswer.model_validate(ask("worldsmith.sparks", {"count": 12}, 3)).sparks
    assert len({spark.line for spark in sparks}) == 12


@pytest.mark.parametrize(
    ("text", "role", "ware"),
    [
        ("一个修伞匠发现他修的每一把伞里都藏着主人忘掉的一天", "修伞匠", "伞"),
        ("沙世塘是修伞的修伞匠。外婆留下的债，巡回法官要来点数", "修伞匠", "伞"),
        ("一个修鞋匠在每双鞋里听见路", "修鞋匠", "鞋"),
        ("老钟表匠修好了一座不走的钟", "老钟表匠", "钟"),
    ],
)
def test_what_somebody_mends_is_a_thing(text: str, role: str, ware: str) -> None:
    found = idea.read(text)
    assert (found.role, found.ware) == (role, ware)
