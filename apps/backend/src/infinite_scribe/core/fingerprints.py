"""Short marks of the pieces of a text, so that a later text can tell what was said before.

A mark gives nothing of its text away and is 8 signs long. A piece is what stands between
two marks of punctuation; pieces too short to be recognised have no mark.
"""

import hashlib
import re

_ENDS = re.compile(r"[.!?。！？…“”\"\n,;:，；：—]+")
_LETTERS = re.compile(r"[^\W_]+")
#: Least length of a piece that a reader would know again, in letters (Chinese) or words.
LEAST_SIGNS, LEAST_WORDS = 5, 4


def pieces(text: str) -> list[str]:
    """The recognisable pieces of a text in reading order."""
    found = (piece.strip(" –") for piece in _ENDS.split(text))
    return [piece for piece in found if _recognisable(piece)]


def mark(piece: str) -> str:
    """Eight hexadecimal signs that depend on the letters of a piece alone."""
    letters = "".join(_LETTERS.findall(piece)).casefold()
    return hashlib.blake2b(letters.encode(), digest_size=4).hexdigest()


def marks(text: str) -> list[str]:
    """The marks of all recognisable pieces of a text."""
    return [mark(piece) for piece in pieces(text)]


def _recognisable(piece: str) -> bool:
    signs = len(re.findall(r"[\u3400-\u9fff]", piece))
    return signs >= LEAST_SIGNS if signs else len(piece.split()) >= LEAST_WORDS
