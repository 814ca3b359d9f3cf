"""What a test of a provider found, as sentences with names, so that the browser words them in its language. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infinite_scribe.model_client.schemas import ProbeCheck, ProbeLine

SENTENCES: dict[str, str] = {
    "built_in": "Built in",
    "reached": "Reached",
    "failed": "{words}",
    "private": "Private mode is on: this provider is not on your own computer",
    "no_list": "No list of models under this address; it often ends with /v1",
    "listed": "{count} models",
    "no_model": "The provider lists no model; type a model name to test it",
    "streams": "Streams",
    "one_piece": "Answers in one piece; text appears at the end",
    "silent": "No answer within {seconds} seconds",
    "native": "Keeps a JSON schema",
    "json": "Has a JSON mode",
    "fenced": "No structured output: we ask in words",
    "unstructured": "No structured output: we will use repair prompts",
    "reads": "Reads {tokens} tokens",
    "reads_declared": "Reads {tokens} tokens by its own word; {tested} were tried",
    "reads_slowly": "Reads {tokens} tokens; for {longer} it needs more than {seconds} seconds",
    "forgets": "Loses the middle of a long text",
    "speed": "{speed} tokens a second",
    "length_kept": "Keeps a length of {asked} within a quarter ({given})",
    "length_missed": "Misses a length of {asked}: {given}",
    "no_words": "Gave no text, or declined",
    "other_language": "Answered in another language",
    "handles_kept": "Keeps the short names of a briefing",
    "handles_lost": "Changes the short names of a briefing",
    "items": "Gives {count} of {asked} items at once",
}


@dataclass
class Findings:
    """Lines for the author, and figures for `model_profiles`."""

    lines: list[ProbeLine] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)

    def say(
        self, check: ProbeCheck, ok: bool, said: str, *, raw: object = None, **values: str | float
    ) -> None:
        """Add one line; `said` names its sentence."""
        self.lines.append(
            ProbeLine(
                check=check,
                ok=ok,
                detail=SENTENCES[said].format(**values),
                said=said,
                values=values,
                raw=None if raw is None else str(raw)[:500],
            )
        )
