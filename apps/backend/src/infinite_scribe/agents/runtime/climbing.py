"""The ladder of a typed answer: from the model's own schema mode down to plain lines, then the next model.

A climb asks until an answer of the asked form stands. What an answer held that was good is kept; only the rest is asked
again. At most `most` calls are made of one model, the last of them always in the simplest form. Which rung every call
stood on is counted. The caller makes the calls, so the same climb serves runs and light tasks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from infinite_scribe.agents.runtime.endings import RESTS
from infinite_scribe.agents.runtime.outcomes import NEXT_MODEL
from infinite_scribe.agents.runtime.prose import wrong_script
from infinite_scribe.agents.runtime.repair import lite, repair, repair_items
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.runtime.sifting import Sifted, merged, missing_of, sift, without_holes
from infinite_scribe.model_client.lines import blocks_of
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import CallDone, FormRung, Message, TokenUsage
from infinite_scribe.runs.errors import CallFailedError

NO_OUTPUT, NO_FURTHER_MODEL = "no-output", "llm-no-further-model"
ERRORS, LITE, CODE, AUTHOR = "errors", "lite", "code", "author"
RUNGS = ("native", "json", "fenced", ERRORS, LITE, NEXT_MODEL, CODE, AUTHOR)
"""The names under which rungs are counted, from the top."""
MOST_FURTHER = 5
"""Further models of a role that are asked for one answer, however many there are."""
_LOWER: dict[str, FormRung] = {"native": "json", "json": "fenced"}
_SHOWN_CHARS = 6_000
"""How much of an answer its model is shown again."""
OWN_SHARE = 0.15
"""Share of foreign letters from which a question is itself in two languages, and says nothing about its answer's."""
Model = tuple[UUID, str]
_NOTHING = CallDone(call_id=UUID(int=0), text="", usage=TokenUsage(), provider="", model="")
"""What stands for an answer without a word: a rung that failed, not the end of the run."""


@dataclass(frozen=True)
class Question:
    """One call of a climb. `model` names one outright; `fallback` counts the role's further ones."""

    no: int
    messages: list[Message]
    rung: FormRung | None = None
    fallback: int | None = None
    model: Model | None = None


@dataclass(frozen=True)
class Climbed:
    """An answer that stands. `made` is its object where it is not simply what the last call said."""

    done: CallDone
    question: Question
    output: BaseModel
    dropped: tuple[str, ...]
    made: dict[str, Any] | None


Put = Callable[[Question], Awaitable[CallDone]]


@dataclass
class Climb:
    """The climbs for one question: the first, and those that the author asked for after it.

    `on_fault` is told what was wrong with an answer, before the next question; it may settle `most`. `partial`: the
    last question was for the items that failed, not for the whole answer.
    """

    request: ModelRequest
    form: type[BaseModel]
    language: str
    most: int
    no: int = 0
    rungs: Counter[str] = field(default_factory=Counter)
    last: CallDone | None = None
    faults: list[str] = field(default_factory=list)
    held: dict[str, Any] | None = None
    partial: bool = False
    on_fault: Callable[[Question, list[str]], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.schema: dict[str, Any] = self.form.model_json_schema()
        self._has_lines = bool(blocks_of(self.schema))

    async def go(self, put: Put, *, model: Model | None = None, counted: str | None = None) -> Climbed | None:
        """Climb once; None when no model gave a usable answer. `counted` names all its calls alike.

        Raises `CallFailedError` when the first model cannot be asked; a further one that cannot is passed over.
        """
        fallback = 0
        while True:
            try:
                found = await self._model(put, model, fallback, counted)
            except CallFailedError as error:
                if error.code == NO_FURTHER_MODEL:
                    self.no -= 1  # it never became a call
                if fallback and error.code not in RESTS:
                    return None
                raise
            fallback += 1
            if found is not None or model is not None or fallback > MOST_FURTHER:
                return found

    async def _model(
        self, put: Put, model: Model | None, fallback: int, counted: str | None
    ) -> Climbed | None:
        """Ask one model, each time a rung lower, until its calls are used up."""
        rung, sifted, calls = "start", None, 0
        self.held, self.partial = None, False
        while calls < self.most:
            calls += 1
            question = self._question(rung, sifted, model, fallback)
            try:
                done = await put(question)
            except CallFailedError as error:
                if error.code != NO_OUTPUT:
                    raise
                done = _NOTHING
            self._note(done, question, rung, counted or (NEXT_MODEL if fallback and calls == 1 else None))
            sifted = self._sifted(done)
            if sifted.output is not None:
                return self._climbed(done, question, sifted)
            self.faults, self.held = sifted.faults, sifted.held or (self.held if self.partial else None)
            if self.on_fault is not None:
                await self.on_fault(question, sifted.faults)
            rung = self._next(done, question, last=calls >= self.most - 1)
        return None

    def _next(self, done: CallDone, question: Question, *, last: bool) -> str:
        if last and self._has_lines:
            return LITE
        if done.output is not None:
            return ERRORS
        form = done.rung or question.rung or "native"
        return _LOWER.get(form, LITE if self._has_lines else "fenced")

    def _question(self, rung: str, sifted: Sifted | None, model: Model | None, fallback: int) -> Question:
        self.no += 1
        self.partial = False
        messages = list(self.request.messages)
        form: FormRung | None = None
        if rung == LITE:
            messages, form = lite(self.language, messages, self.schema), "lite"
        elif rung in {"json", "fenced"}:
            form = "json" if rung == "json" else "fenced"
        elif rung == ERRORS and sifted is not None and self.last is not None:
            form = _form_of(self.last.rung)
            if form == "lite":
                messages = lite(self.language, messages, self.schema)
            messages += [
                Message(role="assistant", text=self.last.text[:_SHOWN_CHARS]), self._repair(sifted.faults)
            ]  # fmt: skip
        return Question(self.no, messages, form, fallback or None, model)

    def _repair(self, faults: Sequence[str]) -> Message:
        missing = missing_of(self.held, self.form)
        if any(holes for _, holes in missing.values()):
            self.partial = True
            return repair_items(self.language, faults, missing)
        return repair(self.language, faults)

    def _note(self, done: CallDone, question: Question, rung: str, counted: str | None) -> None:
        self.last = done if done is not _NOTHING else self.last
        name = rung if rung in {ERRORS, LITE} else done.rung or question.rung or "native"
        self.rungs[counted or name] += 1

    def _sifted(self, done: CallDone) -> Sifted:
        raw = done.output
        if raw is None:
            return self._sift(None, empty=not done.text.strip())
        if not self.partial:
            return self._sift(raw)
        found = self._sift(merged(self.held, raw, self.form))
        if found.output is None:
            alone = self._sift(raw)
            return alone if alone.output is not None else found
        return found

    def _sift(self, raw: dict[str, Any] | None, *, empty: bool = False) -> Sifted:
        return sift(raw, self.form, self.request.check, wrong_language=self._foreign, empty=empty)

    def _foreign(self, text: str) -> str | None:
        """Say that an answer is in another language than the book, unless its question is so as well."""
        if not wrong_script(text, self.language):
            return None
        asked = self.request.messages[-1].text
        if wrong_script(asked, self.language, share=OWN_SHARE):
            return None
        return "请用中文回答" if self.language.startswith("zh") else "Answer in English"

    def _climbed(self, done: CallDone, question: Question, sifted: Sifted) -> Climbed:
        assert sifted.output is not None
        whole = without_holes(sifted.held or {})
        made = None if whole == done.output else whole
        return Climbed(done, question, sifted.output, tuple(sifted.dropped), made)

    def written(self, text: str) -> tuple[BaseModel | None, dict[str, Any], list[str]]:
        """Read what the author wrote as the answer: the output, its object, and what is wrong with it."""
        raw = read_object(text, self.schema)
        sifted = sift(raw, self.form, self.request.check)
        if sifted.output is None and raw is not None and self.held is not None:
            sifted = sift(merged(self.held, raw, self.form), self.form, self.request.check)
        self.faults = sifted.faults
        return sifted.output, without_holes(sifted.held or {}), sifted.faults


def _form_of(rung: str) -> FormRung | None:
    forms: dict[str, FormRung] = {"json": "json", "fenced": "fenced", "lite": "lite"}
    return forms.get(rung)
