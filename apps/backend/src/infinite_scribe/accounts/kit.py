"""What a process needs of accounts, made once in its lifespan."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from infinite_scribe.accounts.common_passwords import shipped_filter
from infinite_scribe.accounts.keyring import KeyRing
from infinite_scribe.accounts.live_sessions import LiveSessions, RedisBreaker
from infinite_scribe.accounts.mail import SmtpMailer
from infinite_scribe.accounts.passwords import Passwords
from infinite_scribe.accounts.repository import AccountsRepository
from infinite_scribe.accounts.revocations import hear_revocations
from infinite_scribe.accounts.rules import SETUP_CODE
from infinite_scribe.accounts.sealing import Sealer
from infinite_scribe.accounts.service import AccountsService
from infinite_scribe.accounts.sessions import Sessions
from infinite_scribe.accounts.setup_code import SetupCode
from infinite_scribe.core import tasks
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.secrets import secret_file
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database

log = get_logger(__name__)

MAINTENANCE_SECONDS = 600


@dataclass(frozen=True)
class AccountsKit:
    """Services and collaborators of accounts in the gateway; lives at ``app.state.accounts``."""

    settings: Settings
    database: Database
    ring: KeyRing
    live: LiveSessions
    sessions: Sessions
    service: AccountsService

    @property
    def issuer(self) -> str:
        """The address our access tokens are issued under."""
        return self.sessions.issuer


def issuer_of(settings: Settings) -> str:
    """The public address; without one, the local one. Every process of an installation arrives at the same."""
    if settings.http.public_url:
        return settings.http.public_url.rstrip("/")
    return f"http://localhost:{settings.http.port}"


def build_kit(database: Database, settings: Settings, redis: Redis | None) -> AccountsKit:
    """Wire accounts together. Nothing is dialled yet."""
    sealer = Sealer(secret_file(settings.secrets_dir, "signing-kek"))
    ring = KeyRing(lambda: AccountsRepository.open(database), sealer)
    live = LiveSessions(database, RedisBreaker(redis))
    sessions = Sessions(database, settings, ring, sealer, live, issuer_of(settings))
    chosen = settings.accounts
    mailer = None
    if chosen.smtp_url is not None:
        mailer = SmtpMailer(chosen.smtp_url.get_secret_value(), chosen.mail_from)
    service = AccountsService(
        database=database,
        settings=settings,
        passwords=Passwords(chosen.argon2_memory_kib, chosen.argon2_time),
        common=shipped_filter(),
        sessions=sessions,
        setup_code=SetupCode.of(settings.data_dir),
        mailer=mailer,
    )
    return AccountsKit(settings, database, ring, live, sessions, service)


def local_service(database: Database, settings: Settings) -> AccountsService:
    """The service for a process that owns the database (the command line)."""
    return build_kit(database, settings, None).service


@asynccontextmanager
async def running(kit: AccountsKit) -> AsyncIterator[None]:
    """Hear revocations, keep the signing keys in order and offer a set-up code while the block runs."""
    works = [
        asyncio.create_task(hear_revocations(kit.database, kit.live), name="revocations"),
        asyncio.create_task(_maintain(kit), name="signing keys"),
    ]
    try:
        yield
    finally:
        await tasks.end(*works)
        kit.service.passwords.close()


async def _maintain(kit: AccountsKit) -> None:
    """Whatever the database does, try again: a gateway may start before it."""
    offered = False
    while True:
        try:
            await kit.ring.maintain()
            if not offered:
                await _offer_setup_code(kit)
                offered = True
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the store may come back at any time
            log.warning("accounts.maintenance_failed", error=type(error).__name__)
            await asyncio.sleep(1)
        else:
            await asyncio.sleep(MAINTENANCE_SECONDS)


async def _offer_setup_code(kit: AccountsKit) -> None:
    """Each start has its own code and its own ten tries."""
    if not await kit.service.needs_setup():
        kit.service.setup_code.discard()
        return
    kit.service.setup_code.renew()
    async with AccountsRepository.open(kit.database) as accounts:
        await accounts.forget_guesses([(SETUP_CODE.kind, "setup")])
