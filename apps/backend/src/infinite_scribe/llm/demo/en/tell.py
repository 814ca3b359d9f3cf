"""The English package behind the protocol of `teller.py`."""

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.core.language.manner import Manner
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en.endings import completed
from infinite_scribe.llm.demo.en.inventor import EnglishInventor
from infinite_scribe.llm.demo.en.manners import in_manner
from infinite_scribe.llm.demo.en.narrator import EnglishNarrator
from infinite_scribe.llm.demo.en.reader import EnglishReader
from infinite_scribe.llm.demo.en.rewrite import rewrite
from infinite_scribe.llm.demo.en.senses import describe
from infinite_scribe.llm.demo.en.talks import talk_over
from infinite_scribe.llm.demo.schemas import DescribeData, DialogueData, RewriteData
from infinite_scribe.llm.demo.teller import Inventor, Narrator, Reader, Setting


class EnglishTeller:
    """English as a `Teller`."""

    code = "en"

    def __init__(self) -> None:
        """Nothing is loaded before it is asked for."""
        self.reader: Reader = EnglishReader()
        self.inventor: Inventor = EnglishInventor()

    def count(self, text: str) -> int:
        """Words."""
        return LANGUAGE.count(text)

    def scale(self) -> float:
        """English words are the unit."""
        return 1.0

    def narrator(self, setting: Setting) -> Narrator:
        """A narrator for one scene."""
        return EnglishNarrator(setting)

    def complete(self, narrator: Narrator, before: str) -> str:
        """The words that end a sentence."""
        return completed(narrator, before) if isinstance(narrator, EnglishNarrator) else ""

    def in_manner(self, text: str, manner: Manner) -> str:
        """Prose nearer to a hand."""
        return in_manner(text, manner)

    def talk_over(self, data: DialogueData) -> str:
        """The passage with its speech worked over."""
        return talk_over(data)

    def describe(self, narrator: Narrator, data: DescribeData) -> list[dict[str, str]]:
        """Cards by sense."""
        return describe(narrator, data) if isinstance(narrator, EnglishNarrator) else []

    def rewrite(self, data: RewriteData, chance: Chance) -> str:
        """The passage after a real operation."""
        return rewrite(data, chance)
