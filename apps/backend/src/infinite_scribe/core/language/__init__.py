"""What a language is, as far as code has to know: sentences, paragraphs, counting, names.

English and Chinese are two implementations behind this one interface, never translations
of one another. A language without an implementation is segmented by punctuation and counted
by words, and has no name rules.
"""

from importlib import import_module
from typing import Protocol

#: Codes as they arrive (browser, database, author) → package below this one.
_PACKAGES = {"en": "en", "zh": "zh", "zh-cn": "zh", "zh-hans": "zh"}


class Language(Protocol):
    """One written language."""

    @property
    def code(self) -> str:
        """`en`, `zh`."""
        ...

    def sentences(self, text: str) -> list[str]:
        """The sentences in order, each exactly as it stands in the text, without outer blanks."""
        ...

    def paragraphs(self, text: str) -> list[str]:
        """The paragraphs (separated by blank lines) in order, without outer blanks."""
        ...

    def count(self, text: str) -> int:
        """Length in the language's own unit: words in English; in Chinese Han characters,
        where a run of Latin letters or digits counts as one.
        """
        ...

    def names(self, text: str) -> list[str]:
        """What looks like a proper name, in order of first appearance."""
        ...


def language(code: str) -> Language:
    """The implementation for a language code; English segmentation where there is none."""
    lowered = code.lower()
    package = _PACKAGES.get(lowered) or _PACKAGES.get(lowered.split("-")[0], "en")
    try:
        module = import_module(f"infinite_scribe.core.language.{package}")
    except ModuleNotFoundError:
        module = import_module("infinite_scribe.core.language.en")
    found: Language = module.LANGUAGE
    return found
