"""Who may ask: the service token of a caller, checked for every request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from infinite_scribe.core.errors import ForbiddenError, UnauthenticatedError
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import AUDIENCE

_BEARER = "bearer "


class Verifier(Protocol):
    """Checks a service token (`web.service_tokens.ServiceVerifier`)."""

    async def verify(self, token: str, aud: str) -> Any:
        """Return the claims: `user_id, novel_id, run_id, actions, issuer`. Raises for anything that does not fit."""
        ...


@dataclass(frozen=True)
class Caller:
    """A verified caller and what it may ask for."""

    service: str
    user_id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    actions: frozenset[str]

    @property
    def scope(self) -> RowScope:
        return RowScope(user_id=self.user_id, novel_id=self.novel_id)

    def must(
        self, action: str, *, user_id: UUID, novel_id: UUID | None = None, run_id: UUID | None = None
    ) -> None:
        """Raise `ForbiddenError` unless the token was made for exactly this."""
        fits = (user_id, novel_id, run_id) == (self.user_id, self.novel_id, self.run_id)
        if action not in self.actions or not fits:
            raise ForbiddenError("The service token does not cover this request", action=action)


async def caller_of(verifier: Verifier, authorization: str | None) -> Caller:
    """Return the caller behind an `Authorization` header. Raises `UnauthenticatedError`."""
    if not authorization or not authorization.lower().startswith(_BEARER):
        raise UnauthenticatedError("A service token is needed")
    claims = await verifier.verify(authorization[len(_BEARER) :].strip(), AUDIENCE)
    return Caller(claims.issuer, claims.user_id, claims.novel_id, claims.run_id, frozenset(claims.actions))
