"""The Chinese package behind the protocol of `teller.py`."""

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import RewriteData
from infinite_scribe.llm.demo.teller import Inventor, Narrator, Reader, Setting
from infinite_scribe.llm.demo.zh.inventor import ChineseInventor
from infinite_scribe.llm.demo.zh.narrator import ChineseNarrator
from infinite_scribe.llm.demo.zh.reader import ChineseReader
from infinite_scribe.llm.demo.zh.rewrite import rewrite


class ChineseTeller:
    """Chinese as a `Teller`."""

    code = "zh"

    def __init__(self) -> None:
        """Nothing is loaded before it is asked for."""
        self.reader: Reader = ChineseReader()
        self.inventor: Inventor = ChineseInventor()

    def count(self, text: str) -> int:
        """Characters."""
        return LANGUAGE.count(text)

    def scale(self) -> float:
        """Characters per English word."""
        return 1.6

    def narrator(self, setting: Setting) -> Narrator:
        """A narrator for one scene."""
        return ChineseNarrator(setting)

    def rewrite(self, data: RewriteData, chance: Chance) -> str:
        """The passage after the operation that was asked for."""
        return rewrite(data, chance)
