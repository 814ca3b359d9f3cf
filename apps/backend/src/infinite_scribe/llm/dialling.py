"""What a job says to its provider: its words, what stands already, and how long the rest may be."""

from __future__ import annotations

from pydantic import SecretStr

from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.llm import continuation
from infinite_scribe.llm.adapters.base import Dial
from infinite_scribe.llm.job import Job
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.providers.service import EndpointService


def dial_of(job: Job, api_key: SecretStr | None, settings: Settings) -> Dial:
    """Return the request of a job's next dial. What is written already is continued, in the way the endpoint takes."""
    endpoint, request = job.choice.endpoint, job.request
    mode = continuation.mode_of(endpoint.kind, endpoint.profile)
    messages = list(request.messages)
    if job.text and mode == "prompt":
        order = continuation.GO_ON.get(request.language[:2], continuation.GO_ON["en"])
        messages += [Message(role="assistant", text=job.text), Message(role="user", text=order)]
    return Dial(
        endpoint=endpoint,
        model=job.choice.model,
        messages=messages,
        max_tokens=max(1, job.most - job.prefill_tokens),
        rung=job.rung,
        schema=request.output_schema,
        prefill=job.text if mode == "prefill" else "",
        temperature=request.temperature,
        seed=request.seed + job.seed_shift,
        task=request.task,
        language=request.language,
        data=request.data,
        api_key=api_key,
        connect_seconds=settings.llm.connect_seconds,
        opening_chars=request.opening_chars,
    )


async def note_rung(database: Database, job: Job) -> None:
    """Keep in the model's profile how a job asks it for typed answers from now on."""
    async with database.transaction(job.scope) as session:
        service = EndpointService.of(session, job.call.user_id)
        await service.note_profile(job.choice.endpoint.id, job.choice.model, {"rung": job.rung})
