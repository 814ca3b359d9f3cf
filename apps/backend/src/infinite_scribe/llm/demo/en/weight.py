"""How recognisable a phrase is: what would come back word for word in another book."""

import re
from functools import lru_cache

from infinite_scribe.llm.demo.en.reader import EMPTY

#: Content words from which a sentence counts as recognisable.
HEAVY = 6
_WORD = re.compile(r"[A-Za-z’]+")


@lru_cache(maxsize=4096)
def heavy_phrase(phrase: str) -> bool:
    """Six content words or more and no name or thing of the scene: it would come back word for word in another book."""
    if any(f"{{{name}" in phrase for name in ("K", "token", "payment", "record", "busy", "here", "office")):
        return False
    phrase = re.sub(
        r"\{(?:want|wantnp|fearnp|belief|rule|belief:cap)\}", "own given phrase long clause", phrase
    )
    return (
        sum(
            1
            for word in _WORD.findall(
                re.sub(
                    r"\{[A-Za-z.]*\}", " ", phrase.replace("{o}", "thing noun").replace("{o.part}", "part")
                )
            )
            if word.lower() not in EMPTY
        )
        >= HEAVY
    )
