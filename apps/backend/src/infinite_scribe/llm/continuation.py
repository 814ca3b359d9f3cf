"""Going on after a cut: which way, from where, and how the two halves are joined. Pure."""

from __future__ import annotations

from typing import Literal

from infinite_scribe.core.tokens import count_tokens

Mode = Literal["prefill", "prompt"]

MAX_OVERLAP_CHARS = 200
MIN_OVERLAP_CHARS = {"prefill": 24, "prompt": 8}
SHORT_CHARS = 200
SHORT_SHARE = 0.1
_PREFILL_KINDS = frozenset({"demo", "ollama", "openai_compatible"})

GO_ON = {
    "en": "Your answer was cut off by the connection. Go on exactly where it ends, with the very next word. "
    "Do not repeat anything and do not comment.",
    "zh": "你的回答因连接中断而停止。请从中断处的下一个字接着写，不要重复，不要说明。",
}


def mode_of(kind: str, profile: dict[str, object]) -> Mode:
    """Return how an endpoint goes on: an unfinished assistant turn where it takes one, else an order in words."""
    wanted = profile.get("continue")
    if wanted == "prefill":
        return "prefill"
    if wanted == "prompt":
        return "prompt"
    return "prefill" if kind in _PREFILL_KINDS else "prompt"


def worth_continuing(text: str, max_tokens: int, *, structured: bool) -> bool:
    """Say whether to go on, or to start again: a typed answer and a mere beginning are bought anew."""
    return not structured and len(text) >= SHORT_CHARS and count_tokens(text) >= SHORT_SHARE * max_tokens


def starting_point(text: str, mode: Mode) -> str:
    """Return the text that the model is shown. In words it is asked for the next word, so half a word is dropped."""
    if mode == "prefill" or not text or text[-1].isspace():
        return text
    cut = max(text.rfind(" "), text.rfind("\n")) + 1
    return text[:cut] if len(text) - cut <= 40 else text


def overlap(before: str, after: str, mode: Mode) -> int:
    """Return how many characters of `after` repeat the end of `before` (longest, at most 200)."""
    for length in range(min(MAX_OVERLAP_CHARS, len(before), len(after)), MIN_OVERLAP_CHARS[mode] - 1, -1):
        if before.endswith(after[:length]):
            return length
    return 0


def join(before: str, after: str, mode: Mode) -> str:
    """Return the part of `after` that goes on from `before`."""
    fresh = after[overlap(before, after, mode) :]
    if mode == "prompt" and (not before or before[-1].isspace()):
        return fresh.lstrip(" ")
    return fresh
