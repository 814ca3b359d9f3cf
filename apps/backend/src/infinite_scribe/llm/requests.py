"""A call's slot and the hash of its words. Pure: the same request gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any
from uuid import UUID

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.model_client.schemas import CallRequest

KEY_VERSION = "v1"
# Who asks, when and for how long is not what is asked; the slot is hashed apart.
_NOT_WORDS = {
    "run_id", "light_key", "epoch", "path", "try", "no", "user_id", "novel_id", "deadline_seconds", "agent",
    "prompt_name", "prompt_version", "manifest", "opening_chars",
}  # fmt: skip
_MESSAGE_OVERHEAD = 4


def canonical(value: Any) -> bytes:
    """Return one spelling of a JSON value: sorted keys, no spaces, text in NFC."""
    return json.dumps(_normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )


def call_key(request: CallRequest, user_id: UUID) -> bytes:
    """Return the key of the slot: not the words, the place."""
    place = str(request.run_id) if request.run_id else f"light/{request.light_key}"
    return hashlib.sha256(
        canonical([KEY_VERSION, str(user_id), place, request.path, request.try_, request.no])
    ).digest()


def request_sha256(request: CallRequest) -> bytes:
    """Return the hash of the words: model, messages, settings, schema, data, seed."""
    words = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    return hashlib.sha256(
        canonical({key: value for key, value in words.items() if key not in _NOT_WORDS})
    ).digest()


def journalled(request: CallRequest) -> dict[str, Any]:
    """Return what the journal and the receipt keep of a request."""
    kept = request.model_dump(
        mode="json", by_alias=True, exclude={"manifest", "user_id", "novel_id", "run_id"}
    )
    return {key: _storable(value) for key, value in kept.items()}


def input_tokens(request: CallRequest) -> int:
    """Return the counted input: messages and, for a typed answer, the schema that is sent with them."""
    total = sum(count_tokens(message.text) + _MESSAGE_OVERHEAD for message in request.messages)
    return total + (count_tokens(json.dumps(request.output_schema)) if request.output_schema else 0)


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {str(key): _normal(item) for key, item in value.items()}
    return [_normal(item) for item in value] if isinstance(value, list) else value


def _storable(value: Any) -> Any:
    """PostgreSQL's JSON takes neither NUL nor lone surrogates."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value


def clean(text: str) -> str:
    """Return text without NUL and with lone surrogates replaced."""
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
