"""From bytes to text: Unicode when it says so or fits, else a guess that is told to the author."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from infinite_scribe.exchange.errors import NotATextError

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ALLOWED = ["gb18030", "big5", "cp1252", "utf_16_le", "utf_16_be", "shift_jis", "euc_kr"]
_SAMPLE = 200_000


@dataclass(frozen=True)
class Decoded:
    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Return the text of a file. Raises `NotATextError` for anything that is not one."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data, encoding), encoding)
    try:
        return Decoded(_printable(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x00\x00" in data[:_SAMPLE]:
        raise NotATextError
    for sample in _samples(data):
        best = from_bytes(sample, cp_isolation=_ALLOWED).best()
        if best is not None:
            return Decoded(_strict(data, best.encoding), best.encoding)
    raise NotATextError


def _samples(data: bytes) -> Iterator[bytes]:
    """The beginning of a file, never cut inside a character: that would look like no text at all."""
    if len(data) <= _SAMPLE:
        yield data
        return
    end = -1 if b"\x00" in data[:_SAMPLE] else data.rfind(b"\n", 0, _SAMPLE)
    if end > 0:  # in none of these encodings is this byte a part of another character
        yield data[: end + 1]
        return
    for less in range(4):
        yield data[: _SAMPLE - less]


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _printable(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise NotATextError from error


def _printable(text: str) -> str:
    sample = text[:_SAMPLE]
    odd = sum(1 for letter in sample if letter < " " and letter not in "\t\n\r\f")
    if odd > max(4, len(sample) // 200):
        raise NotATextError
    return text
