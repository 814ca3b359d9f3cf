"""The six stages in English: the rows of `stages.toml`, and the words that fill them."""

import re
from collections.abc import Mapping
from typing import Any

from infinite_scribe.core.language import language
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, morphology, world
from infinite_scribe.llm.demo.en.bind import short_name
from infinite_scribe.llm.demo.en.inventor import EnglishInventor
from infinite_scribe.llm.demo.en.names import culture_of
from infinite_scribe.llm.demo.genesis import StageData, book_chance, row
from infinite_scribe.llm.demo.schemas import Member, OptionsData

_STOP = frozenset(
    [
        "about",
        "after",
        "again",
        "and",
        "from",
        "have",
        "into",
        "more",
        "most",
        "only",
        "some",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "what",
        "when",
        "where",
        "which",
        "with",
        "would",
    ]
)
_SEEN = ("A stranger", "the collector", "a neighbour", "the one before")


class EnglishStages:
    """The stager of the English package."""

    @property
    def table(self) -> dict[str, Any]:
        return lexicon.table("stages")

    def words(self, data: StageData) -> dict[str, str]:
        idea = self._idea(data)
        cast = data.cast
        drawn = [short_name(Member.model_validate(one)) for one in cast]
        lead = re.match(r"([A-Z][\w’'-]+)", str((data.known.get("seed") or {}).get("protagonist") or ""))
        lead_name = lead.group(1) if lead and lead.group(1) not in {"A", "An", "The"} else "the keeper"
        named = dict(zip("PABFK", [*drawn[:5], *[lead_name, *_SEEN][len(drawn) :]], strict=False))
        draw = book_chance(data, "words")
        genre = lexicon.table("premise")["genres"][idea.genre]
        said = str((data.known.get("seed") or {}).get("logline", "")) + str(
            (data.known.get("seed") or {}).get("hook", "")
        )
        towns = [one for one in self.table["towns"] if one.casefold() not in idea.place.casefold()]
        outer = [str(one.get("part_of")) for one in data.places if one.get("part_of")]
        return {
            **named,
            "wares": idea.wares,
            "ware": idea.ware,
            "role": morphology.fix_articles(f"a {idea.role}"),
            "office": next((one for one in genre["office"] if one in said), draw.pick(genre["office"])),
            "day": next((one for one in genre["day"] if one in said), draw.pick(genre["day"])),
            "town": outer[0] if outer else draw.pick(towns),
            "here": str(data.places[0]["name"]) if data.places else f"the {idea.place}",
        }

    def fill(self, text: str, words: Mapping[str, str]) -> str:
        found = re.sub(r"\{(\w+)\}", lambda match: words.get(match.group(1), ""), text)
        found = morphology.fix_articles(found)
        begins = (
            text.startswith("{") and found[:1].islower() and (text.endswith((".", "?")) or " " not in text)
        )
        return found[:1].upper() + found[1:] if begins else found

    def base(self, stage: str, data: StageData, chance: Chance) -> dict[str, Any]:
        return EnglishInventor().complete(data.complete(stage), chance)

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
        return EnglishInventor().options(asked, draw)[-1]

    def names(self, data: StageData, chance: Chance) -> dict[str, list[str]]:
        lead = str(data.cast[0]["name"]) if data.cast else ""
        culture = culture_of(lead, book_chance(data, "culture"))
        taken = {part for one in data.cast for part in str(one["name"]).split()}
        firsts = [one for one in chance.shuffled(culture["she"] + culture["he"]) if one not in taken]
        families = [one for one in chance.shuffled(culture["family"]) if one not in taken]
        people = [f"{first} {families[at % len(families)]}" for at, first in enumerate(firsts[:12])]
        known = {str(one["name"]) for one in data.places}
        rows = self.table["names"]
        return {
            "people": people,
            "places": [one for one in chance.shuffled(rows["places"]) if one not in known][:12],
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
            # Names begin with a capital; everything else may.
            match = re.search(pattern, said, 0 if "?P<name>" in pattern else re.IGNORECASE)
            if match:
                name = match.groupdict().get("name")
                return {"kind": kind, "value": said[:400], "name": name}
        return None

    def sentences(self, text: str) -> list[str]:
        return [one for part in text.split("\n") for one in language("en").sentences(part) if one.strip()]

    def keywords(self, text: str) -> list[str]:
        return [one for one in re.findall(r"[a-z0-9]{2,}", text.casefold()) if one not in _STOP]

    def _idea(self, data: StageData) -> ideas.Idea:
        return world.idea_of(data.complete(data.stage))


STAGER = EnglishStages()
