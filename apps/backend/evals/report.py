"""The report card: every figure with its gate, for people as Markdown and for machines as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the card. `ok` is None where there is no gate; `value` None: not evaluated, `note` says why."""

    metric: str
    language: str
    value: float | None
    shown: str
    gate: str = ""
    ok: bool | None = None
    note: str = ""


def markdown(figures: Sequence[Figure], heading: str) -> str:
    """Return the card as a Markdown table."""
    lines = [
        f"# {heading}",
        "",
        "| | metric | language | value | gate | note |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    marks = {True: "✓", False: "✗", None: "·"}
    lines += [
        f"| {marks[one.ok]} | {one.metric} | {one.language} | {one.shown} | {one.gate} | {one.note} |"
        for one in figures
    ]
    missed = [one for one in figures if one.ok is False]
    lines += ["", f"{len(missed)} of {sum(one.ok is not None for one in figures)} gates missed."]
    return "\n".join(lines)


def write(figures: Sequence[Figure], seed: int, path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"seed": seed, "figures": [asdict(one) for one in figures]}
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", "utf-8")
