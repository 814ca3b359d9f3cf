"""Telling a model what was wrong with its answer, and asking for it in a simpler form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from infinite_scribe.model_client.lines import Field, blocks_of
from infinite_scribe.model_client.schemas import Message

FAULTS_SHOWN = 8


@cache
def _wording(name: str, language: str) -> str:
    folder = resources.files("infinite_scribe.agents.runtime")
    return (folder / f"{name}.{'zh' if language.startswith('zh') else 'en'}.md").read_text(encoding="utf-8")


def _said(name: str, language: str, values: Mapping[str, str]) -> str:
    text = _wording(name, language)
    for key, value in values.items():
        text = text.replace(f"{{{{{key}}}}}", value)
    return text.strip()


def _listed(faults: Sequence[str]) -> str:
    return "\n".join(f"- {fault}" for fault in faults[:FAULTS_SHOWN])


def repair(language: str, faults: Sequence[str]) -> Message:
    """Return the message that asks for the whole answer again, naming each fault."""
    return Message(role="user", text=_said("repair", language, {"faults": _listed(faults)}))


def repair_items(
    language: str, faults: Sequence[str], missing: Mapping[str, tuple[int, list[int]]]
) -> Message:
    """Return the message that asks only for the items that failed; the others are kept."""
    kept = ", ".join(f"{key} ({good})" for key, (good, _) in missing.items())
    wanted = "; ".join(f"{key} {', '.join(map(str, holes))}" for key, (_, holes) in missing.items() if holes)
    values = {"faults": _listed(faults), "kept": kept, "wanted": wanted}
    return Message(role="user", text=_said("repair_items", language, values))


def lite(language: str, messages: Sequence[Message], schema: Mapping[str, Any]) -> list[Message]:
    """Return a question that is asked in lines: one block per item, no nesting, fewer fields."""
    shown = []
    for block in blocks_of(schema):
        shown += [f"[{block.name}]"] if block.path else []
        shown += [f"{one.key}: {_hint(one)}" for one in block.fields]
    order = _said("lite", language, {"form": "\n".join(shown)})
    return _with_order(messages, order)


def corrected(language: str, messages: Sequence[Message], faults: Sequence[str]) -> list[Message]:
    """Return a question for prose with what was wrong with the last answer."""
    return _with_order(messages, _said("correct", language, {"faults": "; ".join(faults)}))


def with_words(messages: Sequence[Message], words: str) -> list[Message]:
    """Return a question with the author's words at its end."""
    return _with_order(messages, words)


def _with_order(messages: Sequence[Message], order: str) -> list[Message]:
    """An order stands at the end of the last turn, so that everything before it is a known opening."""
    *before, last = messages
    return [*before, last.model_copy(update={"text": f"{last.text}\n\n{order}"})]


def _hint(one: Field) -> str:
    schema = one.schema
    if choices := schema.get("enum"):
        said = " | ".join(str(choice) for choice in choices)
        return f"({said})"
    if schema.get("type") in {"integer", "number"}:
        least, most = schema.get("minimum"), schema.get("maximum")
        return f"({least}–{most})" if least is not None and most is not None else "(1, 2, 3 …)"
    longest = schema.get("maxLength")
    said = "… | … | …" if one.many else "…"
    return f"{said} (≤ {longest})" if longest else said
