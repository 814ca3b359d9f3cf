"""English words for further chapters: patterns of `plans.toml` and `outline.toml`, filled from the book."""

from infinite_scribe.llm.demo.chance import Chance, digest
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.en import lexicon, world
from infinite_scribe.llm.demo.en.bind import short_name
from infinite_scribe.llm.demo.en.grammar import sentence
from infinite_scribe.llm.demo.en.morphology import fix_articles
from infinite_scribe.llm.demo.genesis import row
from infinite_scribe.llm.demo.outlining import OutlineData


class EnglishOutline:
    """The wording of the English package."""

    def lines(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        words, table = self._words(data), lexicon.table("outline")
        patterns = chance.shuffled([*lexicon.table("plans")["shapes"][shape]["line"], *table["lines"][shape]])
        return [
            sentence(fix_articles(_fill(pattern, words | {"A": who, "here": here})))
            for who in _from(self._others(data, words), turn)
            for here in _from(self._places(data, words), turn)
            for pattern in patterns
        ]

    def titles(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        words, table = self._words(data), lexicon.table("outline")
        more = [
            _fill(pattern, words | {"A": who, "here": here})
            for pattern in chance.shuffled(table["titles"])
            for who in _from(self._others(data, words), turn)
            for here in _from(self._places(data, words), turn)
        ]
        own = chance.shuffled(lexicon.table("plans")["shapes"][shape]["title"])
        return [*own, *(one[:1].upper() + one[1:] for one in more)]

    def purposes(self, data: OutlineData, part: str) -> list[str]:
        words = self._words(data) | {"question": data.question, "ending": data.ending}
        rows = lexicon.table("outline")["purposes"][part]
        rows = [
            one for one in rows if all(words[name] for name in ("question", "ending") if f"{{{name}}}" in one)
        ]
        return [sentence(_fill(one, words)) for one in rows]

    def asked(self, purpose: str, instruction: str) -> str:
        return f"{purpose} As the author asks: {sentence(instruction)}"[:480]

    def arcs(self, data: OutlineData) -> list[dict[str, str]]:
        words = self._words(data)
        words |= {"Wares": words["wares"].title()}
        rows = [row(one, 5) for one in lexicon.table("outline")["arcs"]]
        names = ("title", "opens_question", "closes_question", "value_from", "value_to")
        found = [dict(zip(names, (_fill(cell, words) for cell in cells), strict=True)) for cells in rows]
        return [{name: text[:1].upper() + text[1:] for name, text in one.items()} for one in found]

    def _words(self, data: OutlineData) -> dict[str, str]:
        cast = world.roles(data.cast)
        said = f"{data.idea} {cast['P'].line} {data.novel.logline} {' '.join(one.one_line for one in data.plan[:2])}"
        idea = ideas.read(said, data.novel.genres)
        return world.plan_words(idea, cast, Chance("book", digest(cast["P"].name, idea.ware)))

    def _others(self, data: OutlineData, words: dict[str, str]) -> list[str]:
        named = [short_name(member) for member in data.cast]
        return [one for one in named if one not in (words["P"], words["K"])] or [words["A"]]

    def _places(self, data: OutlineData, words: dict[str, str]) -> list[str]:
        return [one.name for one in data.places if one.name] or [words["here"]]


def _from(items: list[str], turn: int) -> list[str]:
    """The items in turn, another one first with each chapter."""
    at = turn % len(items)
    return items[at:] + items[:at]


def _fill(pattern: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


WORDING = EnglishOutline()
