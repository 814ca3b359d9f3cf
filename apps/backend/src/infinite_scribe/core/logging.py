"""Structured logs: one JSON line per event, without secrets and without the author's text."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_DENIED = re.compile(
    r"(password|token|authorization|cookie|secret|api_key|\bkey\b|\btext\b|\bjson\b|prompt|messages|body|idea|email)",
    re.IGNORECASE,
)
_KEY_SHAPED = re.compile(r"(sk-[A-Za-z0-9_-]{8,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)")
_LONGEST = 500
_LONGEST_TRACE = 6_000
_NOISY = (
    "httpx",
    "httpx2",
    "httpcore",
    "openai",
    "asyncio",
    "procrastinate",
    "sqlalchemy",
    "neo4j",
    "uvicorn.access",
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what a log must never hold: values under telling names, key-shaped strings, long values."""
    for name, value in list(event.items()):
        if (
            name not in {"event", "exception"}
            and _DENIED.search(name)
            and not isinstance(value, int | float | bool)
        ):
            event[name] = "[hidden]"
        elif isinstance(value, str):
            masked = _KEY_SHAPED.sub("[hidden]", value)
            if name == "exception":
                event[name] = masked[-_LONGEST_TRACE:]
            else:
                event[name] = masked if len(masked) <= _LONGEST else masked[:_LONGEST] + "…"
    return event


def _shared(service: str) -> list[Any]:
    def add_service(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        add_service,
        redact,
    ]


def configure(service: str, level: str = "INFO") -> None:
    """Send all logs of this process, ours and the libraries', as JSON lines to standard output."""
    processors = _shared(service)
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger; use dotted event names (`run.reaped`) and ids as values."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
