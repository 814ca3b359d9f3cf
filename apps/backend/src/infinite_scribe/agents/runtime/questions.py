"""What is put to the author when no model gave an answer that can be used: what came, and who shall go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.climbing import Model
from infinite_scribe.db.sql.engine import set_scope
from infinite_scribe.model_client.lines import blocks_of
from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL
from infinite_scribe.providers.service import EndpointService, RoleService
from infinite_scribe.runs.gates import Gate

STORYTELLER: Model = (DEMO_ENDPOINT_ID, DEMO_MODEL)
RETRY, WITHOUT, WRITE, KEEP, REPHRASE, LEAVE, STOP, OTHER = (
    "retry", "code", "write", "keep", "rephrase", "leave", "stop", "model:"
)  # fmt: skip
REFUSED, PROSE, UNREACHABLE = "refused", "prose", "unreachable"
MOST_MODELS = 5
MOST_NAME = 140
RAW_CHARS = 4_000

_SAID: Mapping[str, tuple[str, str]] = {
    Gate.STRUCTURE: (
        "The model did not answer in the form that this step needs, after {calls} tries: {why}. What shall be done?",
        "模型试了 {calls} 次，仍没有按这一步需要的格式回答：{why}。怎么办？",
    ),
    REFUSED: ("The model refused: {why} What shall be done?", "模型拒绝了：{why} 怎么办？"),
    PROSE: (
        "The model ignored every correction of this text: {why}. What shall be done?",
        "这段文字几次要求改正，模型都没有照办：{why}。怎么办？",
    ),
    UNREACHABLE: (
        "The chosen model could not be asked: {why}. What shall be done?",
        "选中的模型没法问：{why}。怎么办？",
    ),
    RETRY: ("Ask again", "再问一次"),
    OTHER: ("Ask {name}", "改问 {name}"),
    WITHOUT: ("Make it without a model", "不用模型，由程序完成"),
    WRITE: ("Write it myself", "我自己写"),
    KEEP: ("Take the text as it is", "就用这段文字"),
    REPHRASE: ("Ask again, with my words", "加上我的话再问"),
    LEAVE: ("Leave this scene for me, go on with the next", "这一场留给我，接着写下一场"),
    STOP: ("Stop here", "到此为止"),
}


@dataclass(frozen=True)
class AuthorsQuestion:
    """A question with its answers. `shown` is what the author should see: the raw answer, and lines to fill in."""

    name: str
    text: str
    options: list[dict[str, Any]]
    shown: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """What went wrong: `kind` is the gate's name, `raw` the last answer, `schema` the form that was asked for.

    `problem` is what the call itself failed of, where it failed.
    """

    kind: str
    faults: Sequence[str]
    calls: int
    raw: str = ""
    model: str = ""
    schema: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None


def question_of(
    trouble: Trouble,
    others: Sequence[tuple[str, str]],
    language: str,
    *,
    storyteller: bool,
    may_leave: bool = False,
) -> AuthorsQuestion:
    """Return the question for some trouble; `others` are the ids and names of models that can be asked instead.

    `may_leave`: there is work behind this that does not need its answer.
    """

    def said(key: str, **members: object) -> str:
        return _SAID[key][1 if language.startswith("zh") else 0].format(**members)

    def option(name: str, *, text: bool = False) -> dict[str, Any]:
        return {"id": name, "label": said(name), "text": text}

    options = [option(REPHRASE, text=True) if trouble.kind == REFUSED else option(RETRY)]
    options += [
        {"id": one, "label": said(OTHER, name=name), "text": False}
        for one, name in others
        if name != trouble.model
    ][:MOST_MODELS]
    if storyteller and trouble.model != DEMO_MODEL:
        options.append(option(WITHOUT))
    options.append(option(WRITE, text=True))
    if trouble.kind in {PROSE, UNREACHABLE} and trouble.schema is None and trouble.raw.strip():
        options.append(option(KEEP))
    if may_leave:
        options.append(option(LEAVE))
    options.append(option(STOP))
    why = "; ".join(one.rstrip(".。") for one in trouble.faults[:3])[:300]
    shown = {"raw": trouble.raw[:RAW_CHARS]}
    if trouble.schema is not None:
        shown["form"] = lines_to_fill(trouble.schema)
    return AuthorsQuestion(trouble.kind, said(trouble.kind, calls=trouble.calls, why=why), options, shown)


def lines_to_fill(schema: Mapping[str, Any]) -> str:
    """Return the lite form of an answer, empty, for an author who writes it."""
    out: list[str] = []
    for block in blocks_of(schema):
        out += ["", f"[{block.name}]"] if block.path else []
        out += [
            f"{one.key}: {' / '.join(str(each) for each in one.schema['enum'])}"
            if "enum" in one.schema
            else f"{one.key}: "
            for one in block.fields
        ]
    return "\n".join(out).strip()


async def models_to_offer(
    session: AsyncSession, payer_id: UUID, novel_id: UUID | None
) -> list[tuple[str, str]]:
    """Return the ids of options and the names of the models that the payer of a run has, the storyteller aside.

    Only those that a call would get: what private mode shuts out is not offered.
    """
    await set_scope(session, user_id=payer_id)
    roles, found = RoleService.of(session, payer_id), list[tuple[str, str]]()
    for endpoint in await EndpointService.of(session, payer_id).list_endpoints():
        if not endpoint.enabled or endpoint.kind == "demo":
            continue
        for model in (one for one in endpoint.models if len(one) <= MOST_NAME):
            if len(found) > MOST_MODELS:
                return found
            with suppress(PrivateModeError):
                await roles.resolve("quick", novel_id, endpoint_id=endpoint.id, model=model)
                found.append((f"{OTHER}{endpoint.id}:{model}", model))
    return found


def model_of(decision: str) -> Model | None:
    """Return the model that an option names; None for an option that names none."""
    if decision == WITHOUT:
        return STORYTELLER
    if not decision.startswith(OTHER):
        return None
    endpoint, _, model = decision.removeprefix(OTHER).partition(":")
    return UUID(endpoint), model
