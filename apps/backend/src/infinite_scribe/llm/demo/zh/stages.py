"""The six stages in Chinese: the rows of `stages.toml`, and the words that fill them."""

import re
from collections.abc import Mapping
from typing import Any

from infinite_scribe.core.language import language
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.genesis import StageData, book_chance, row
from infinite_scribe.llm.demo.schemas import Member, OptionsData
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh import lexicon, world
from infinite_scribe.llm.demo.zh.bind import short_name
from infinite_scribe.llm.demo.zh.inventor import ChineseInventor

_LEAD = re.compile(r"([\u4e00-\u9fff·]{2,8}?)(?:是|，|、)")
_SEEN = ("外乡人", "来点数的人", "隔壁", "从前那一位")


class ChineseStages:
    """The stager of the Chinese package."""

    @property
    def table(self) -> dict[str, Any]:
        return lexicon.table("stages")

    def words(self, data: StageData) -> dict[str, str]:
        idea = self._idea(data)
        culture = lexicon.table("cultures")[idea.culture]
        drawn = [short_name(Member.model_validate(one)) for one in data.cast]
        seed = data.known.get("seed") or {}
        lead = _LEAD.match(str(seed.get("protagonist") or ""))
        named = dict(
            zip(
                "PABFK",
                [*drawn[:5], *[lead.group(1) if lead else "看守人", *_SEEN][len(drawn) :]],
                strict=False,
            )
        )
        said = f"{seed.get('logline', '')}{seed.get('hook', '')}"
        draw = book_chance(data, "words")
        outer = [str(one.get("part_of")) for one in data.places if one.get("part_of")]
        return {
            **named,
            "wares": idea.ware,
            "ware": idea.ware,
            "role": idea.role,
            "office": next((one for one in culture["offices"] if one in said), culture["offices"][0]),
            "day": next((one for one in culture["days"] if one in said), culture["days"][0]),
            "town": outer[0] if outer else draw.pick(self.table["towns"]),
            "here": str(data.places[0]["name"]) if data.places else idea.place,
        }

    def fill(self, text: str, words: Mapping[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: words.get(match.group(1), ""), text)

    def base(self, stage: str, data: StageData, chance: Chance) -> dict[str, Any]:
        return ChineseInventor().complete(data.complete(stage), chance)

    def seed(self, data: StageData, chance: Chance) -> dict[str, Any]:
        asked = OptionsData(
            idea=data.idea,
            count=min(6, data.number + 1),
            seed_paths=[*[one for _ in range(data.number) for one in data.seed_paths[:1]], *data.seed_paths],
            length=data.length,
            pov=data.pov,
            tone=data.tone,
        )
        draw = chance if data.part == "again" else Chance("seeds", data.idea, data.seed)
        return ChineseInventor().options(asked, draw)[-1]

    def names(self, data: StageData, chance: Chance) -> dict[str, list[str]]:
        culture = lexicon.table("cultures")[self._idea(data).culture]
        used = {character for one in data.cast for character in str(one["name"])}
        people: list[str] = []
        for at in range(24):
            fresh = set(used)
            made = world.new_name(culture, "她" if at % 2 else "他", fresh, chance.fork(f"name{at}"))
            if made not in people and all(made[:2] != one[:2] for one in people):
                people.append(made)
        rows = self.table["names"]
        own = [one.split(";")[0] for one in culture["places"]]
        known = {str(one["name"]) for one in data.places}
        return {
            "people": people[:12],
            "places": [one for one in chance.shuffled([*rows["places"], *own]) if one not in known][:14],
            **{kind: chance.shuffled(rows[kind])[:12] for kind in ("items", "skills", "organisations")},
        }

    def glossary(self, words: Mapping[str, str], chance: Chance) -> list[dict[str, str]]:
        terms = [row(one, 2) for one in self.table["glossary"]["terms"]]
        return [
            {"term": term, "meaning": self.fill(meaning, words)} for term, meaning in chance.shuffled(terms)
        ]

    def piece(self, sentence: str) -> dict[str, Any] | None:
        said = sentence.strip()
        for kind, pattern in self.table["sort"].items():
            match = re.search(pattern, said.rstrip("。！") if kind != "question" else said)
            if match:
                return {"kind": kind, "value": said[:400], "name": match.groupdict().get("name")}
        return None

    def sentences(self, text: str) -> list[str]:
        return [one for part in text.split("\n") for one in language("zh").sentences(part) if one.strip()]

    def keywords(self, text: str) -> list[str]:
        latin = re.findall(r"[a-z0-9]{2,}", text.casefold())
        runs = re.findall(r"[\u4e00-\u9fff]{2,}", text)
        return [*latin, *(run[at : at + 2] for run in runs for at in range(len(run) - 1))]

    def _idea(self, data: StageData) -> ideas.Idea:
        return world.idea_of(data.complete(data.stage))


STAGER = ChineseStages()
