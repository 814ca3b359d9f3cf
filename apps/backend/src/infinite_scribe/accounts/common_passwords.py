"""Which passwords everybody tries first.

``common_passwords.bin`` holds the first five bytes of the SHA-256 of each entry, sorted, without separators:
a binary search answers in microseconds, and the file can be read by nobody as a word list. A wrong "yes" has a
chance of about one in 10 million. Sources and licences stand in ``common_passwords.txt`` beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

DIGEST_BYTES = 5
FILE_NAME = "common_passwords.bin"


def digest_of(word: str) -> bytes:
    """The stored form of one entry: case does not make a leaked password new."""
    return hashlib.sha256(word.casefold().encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]


def build_filter(words: Iterable[str]) -> bytes:
    """Bytes of a filter file over these words."""
    return b"".join(sorted({digest_of(word) for word in words if word}))


@dataclass(frozen=True, slots=True)
class CommonPasswords:
    """A filter that was read; asking costs a binary search."""

    digests: bytes

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.digests) // DIGEST_BYTES

    def __contains__(self, word: str) -> bool:
        wanted = digest_of(word)
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self.digests[middle * DIGEST_BYTES : (middle + 1) * DIGEST_BYTES] < wanted:
                low = middle + 1
            else:
                high = middle
        return self.digests[low * DIGEST_BYTES : (low + 1) * DIGEST_BYTES] == wanted

    def covers(self, password: str) -> bool:
        """Whether the password is a leaked one, or only a leaked one said several times (``qwertyqwerty``)."""
        return password in self or unit_of(password) in self


def unit_of(text: str) -> str:
    """The shortest piece whose repetition is the text, the text itself when nothing repeats.

    A last incomplete repetition counts too: ``123123123123`` and ``12312312312`` have the unit ``123``.
    """
    # The prefix function of Knuth, Morris and Pratt: its last value is the longest border.
    borders = [0] * len(text)
    for i in range(1, len(text)):
        k = borders[i - 1]
        while k and text[i] != text[k]:
            k = borders[k - 1]
        borders[i] = k + 1 if text[i] == text[k] else 0
    period = len(text) - borders[-1] if text else 0
    return text[:period] if period * 2 <= len(text) else text


@lru_cache(maxsize=1)
def shipped_filter() -> CommonPasswords:
    """The filter of the package, read once a process."""
    return CommonPasswords(resources.files(__package__).joinpath(FILE_NAME).read_bytes())
