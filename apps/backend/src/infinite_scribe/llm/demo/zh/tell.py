"""The Chinese package behind the protocol of `teller.py`."""

from infinite_scribe.core.language.manner import Manner
from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import DescribeData, DialogueData, RewriteData
from infinite_scribe.llm.demo.teller import Inventor, Narrator, Reader, Setting
from infinite_scribe.llm.demo.zh.endings import completed
from infinite_scribe.llm.demo.zh.inventor import ChineseInventor
from infinite_scribe.llm.demo.zh.manners import in_manner
from infinite_scribe.llm.demo.zh.narrator import ChineseNarrator
from infinite_scribe.llm.demo.zh.reader import ChineseReader
from infinite_scribe.llm.demo.zh.rewrite import rewrite
from infinite_scribe.llm.demo.zh.senses import describe
from infinite_scribe.llm.demo.zh.talks import talk_over


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

    def complete(self, narrator: Narrator, before: str) -> str:
        """The words that end a sentence."""
        return completed(narrator, before) if isinstance(narrator, ChineseNarrator) else ""

    def in_manner(self, text: str, manner: Manner) -> str:
        """Prose nearer to a hand."""
        return in_manner(text, manner)

    def talk_over(self, data: DialogueData) -> str:
        """The passage with its speech worked over."""
        return talk_over(data)

    def describe(self, narrator: Narrator, data: DescribeData) -> list[dict[str, str]]:
        """Cards by sense."""
        return describe(narrator, data) if isinstance(narrator, ChineseNarrator) else []

    def rewrite(self, data: RewriteData, chance: Chance) -> str:
        """The passage after the operation that was asked for."""
        return rewrite(data, chance)
