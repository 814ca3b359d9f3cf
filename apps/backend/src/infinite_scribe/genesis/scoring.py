"""The scores of an option that code can compute. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

LEAST_DISTINCT = 0.35
"""Below this an option says what a sibling says, and is replaced once."""
OVERUSED = frozenset(
    name.casefold()
    for name in (
        "Elara", "Kael", "Lyra", "Thorne", "Seraphina", "Aria", "Zephyr", "Orion", "Luna", "Elias Thorne", "Whisper",
        "Blackwood", "Ravenwood", "Eldoria", "Aethel", "林晚", "苏晚", "顾言", "沈墨", "江晚", "陆沉", "苏念", "林逸",
    )
)  # fmt: skip
_NOT = ("not ", "no ", "never ", "without ", "不要", "不能", "不得", "没有", "别", "不")
_LEAST_SHARE = 0.5


def trigrams(text: str) -> frozenset[str]:
    """Return the runs of three characters of a normalised text."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return frozenset(plain[n : n + 3] for n in range(max(1, len(plain) - 2)))


def words_of(value: Any) -> str:
    """Return the words of a body, without the names of its members."""
    if isinstance(value, Mapping):
        return " ".join(words_of(one) for name, one in value.items() if name != "path")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(words_of(one) for one in value)
    return str(value) if value is not None else ""


def distinctness(option: Mapping[str, Any], siblings: Sequence[Mapping[str, Any]]) -> float:
    """Return 1 minus the highest similarity of an option to one of its siblings (0 alike, 1 nothing shared)."""
    mine = trigrams(f"{option.get('title', '')} {words_of(option.get('body', {}))}")
    nearest = 0.0
    for other in siblings:
        if other is not option:
            theirs = trigrams(f"{other.get('title', '')} {words_of(other.get('body', {}))}")
            nearest = max(nearest, len(mine & theirs) / max(1, len(mine | theirs)))
    return round(1 - nearest, 3)


def keywords(text: str) -> list[str]:
    """Return the telling words of a text: long Latin words and pairs of Chinese characters."""
    latin = re.findall(r"[A-Za-z]{5,}", text.casefold())
    han = re.findall(r"[\u3400-\u9fff]{2,}", text)
    pairs = [run[n : n + 2] for run in han for n in range(0, len(run) - 1, 2)]
    return list(dict.fromkeys([*latin, *pairs]))[:24]


def is_met(constraint: Mapping[str, Any], text: str) -> bool | None:
    """Say whether a text meets a wish, as far as words show it; None: words cannot show it."""
    plain = text.casefold()
    wish = str(constraint.get("text", ""))
    for word in _NOT:
        if wish.casefold().startswith(word):
            wish, forbids = wish[len(word) :], True
            break
    else:
        forbids = constraint.get("kind") == "must_not"
    wanted = keywords(wish) or [
        one for one in re.findall(r"[A-Za-z]+|[\u3400-\u9fff]+", wish.casefold()) if one
    ]
    if not wanted:
        return None
    share = sum(1 for word in wanted if word in plain) / len(wanted)
    return share < _LEAST_SHARE if forbids else share >= _LEAST_SHARE


def fit(option: Mapping[str, Any], idea: str, constraints: Sequence[Mapping[str, Any]]) -> float:
    """Return the share of the author's wishes that an option meets (1 when there are none).

    Wishes are the telling words of the idea, taken together as one, and every constraint that words can show.
    """
    text = f"{option.get('title', '')} {words_of(option.get('body', {}))}"
    plain = text.casefold()
    shares = [float(met) for met in (is_met(one, text) for one in constraints) if met is not None]
    wanted = keywords(idea)
    if wanted:
        shares.append(sum(1 for word in wanted if word in plain) / len(wanted))
    return round(sum(shares) / len(shares), 3) if shares else 1.0


def overused(text: str, asked: str = "") -> list[str]:
    """Return names in a text that machines choose too often, unless the author asked for them."""
    plain, wanted = text.casefold(), asked.casefold()
    return sorted(
        name
        for name in OVERUSED
        if name not in wanted
        and (re.search(rf"\b{re.escape(name)}\b", plain) if name.isascii() else name in plain)
    )


def scores_of(
    option: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]],
    idea: str,
    constraints: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the figures of an option from 0 to 10; `canary` counts overused names and is best at 0."""
    asked = f"{idea} {' '.join(str(one.get('text', '')) for one in constraints)}"
    canaries = overused(json.dumps(option.get("body", {}), ensure_ascii=False), asked)
    return [
        {"name": "fit", "value": round(10 * fit(option, idea, constraints), 1), "basis": "code"},
        {"name": "distinctness", "value": round(10 * distinctness(option, siblings), 1), "basis": "code"},
        {"name": "canary", "value": float(len(canaries)), "basis": "code"},
    ]


def standing(option: Mapping[str, Any]) -> tuple[float, ...]:
    """Order options best first: fewest overused names, then fit, then distinctness, then the agent's opinion."""
    scores = option.get("scores") or []
    value = {score["name"]: float(score["value"]) for score in scores if score.get("basis") == "code"}
    opinions = [float(score["value"]) for score in scores if score.get("basis") == "model"]
    mean = sum(opinions) / len(opinions) if opinions else 0.0
    return (value.get("canary", 0), -value.get("fit", 0), -value.get("distinctness", 0), -mean)
