"""Chinese words for further chapters: patterns of `plans.toml` and `outline.toml`, filled from the book."""

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.genesis import row
from infinite_scribe.llm.demo.outlining import OutlineData
from infinite_scribe.llm.demo.zh import idea as ideas
from infinite_scribe.llm.demo.zh import lexicon, world
from infinite_scribe.llm.demo.zh.bind import short_name
from infinite_scribe.llm.demo.zh.grammar import closed


class ChineseOutline:
    """The wording of the Chinese package."""

    def lines(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        words, table = self._words(data), lexicon.table("outline")
        patterns = chance.shuffled([*lexicon.table("plans")["shapes"][shape]["line"], *table["lines"][shape]])
        return [
            closed(world.fill(pattern, words | {"A": who, "here": here}))
            for who in _from(self._others(data, words), turn)
            for here in _from(self._places(data, words), turn)
            for pattern in patterns
        ]

    def titles(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        words, table = self._words(data), lexicon.table("outline")
        more = [
            world.fill(pattern, words | {"A": who, "here": here})
            for pattern in chance.shuffled(table["titles"])
            for who in _from(self._others(data, words), turn)
            for here in _from(self._places(data, words), turn)
        ]
        return [*chance.shuffled(lexicon.table("plans")["shapes"][shape]["title"]), *more]

    def purposes(self, data: OutlineData, part: str) -> list[str]:
        words = self._words(data) | {"question": data.question, "ending": data.ending}
        rows = lexicon.table("outline")["purposes"][part]
        rows = [
            one for one in rows if all(words[name] for name in ("question", "ending") if f"{{{name}}}" in one)
        ]
        return [closed(world.fill(one, words)) for one in rows]

    def asked(self, purpose: str, instruction: str) -> str:
        return f"{purpose}按作者的意思：{closed(instruction)}"[:480]

    def arcs(self, data: OutlineData) -> list[dict[str, str]]:
        words = self._words(data)
        rows = [row(one, 5) for one in lexicon.table("outline")["arcs"]]
        names = ("title", "opens_question", "closes_question", "value_from", "value_to")
        return [dict(zip(names, (world.fill(cell, words) for cell in cells), strict=True)) for cells in rows]

    def _words(self, data: OutlineData) -> dict[str, str]:
        cast = world.roles(data.cast)
        idea = ideas.read(f"{data.idea}{cast['P'].line}。{data.novel.logline}", data.novel.genres)
        return world.plan_words(idea, cast)

    def _others(self, data: OutlineData, words: dict[str, str]) -> list[str]:
        named = [short_name(member) for member in data.cast]
        return [one for one in named if one not in (words["P"], words["K"])] or [words["A"]]

    def _places(self, data: OutlineData, words: dict[str, str]) -> list[str]:
        return [one.name for one in data.places if one.name] or [words["here"]]


def _from(items: list[str], turn: int) -> list[str]:
    """The items in turn, another one first with each chapter."""
    at = turn % len(items)
    return items[at:] + items[:at]


WORDING = ChineseOutline()
