"""The English package behind the protocol of `teller.py`."""

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en.inventor import EnglishInventor
from infinite_scribe.llm.demo.en.narrator import EnglishNarrator
from infinite_scribe.llm.demo.en.reader import EnglishReader
from infinite_scribe.llm.demo.en.rewrite import rewrite
from infinite_scribe.llm.demo.schemas import RewriteData
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

    def rewrite(self, data: RewriteData, chance: Chance) -> str:
        """The passage after a real operation."""
        return rewrite(data, chance)
