"""Looking after the projections from the command line: rebuilding them, and proving that they equal the truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import text

from infinite_scribe.core.errors import UnavailableError
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.projections import Drift, Projections, Store, lags, prepare

EXIT_UNREACHABLE = 3
LOCK_SECONDS = 120
"""How long to wait for the feed, which may be in the middle of a novel."""
SHOWN = 5
_READ = "read from PostgreSQL itself, nothing to compare"


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Projections, list[UUID]]]:
    """Give the projections of an installation and its novels."""
    async with AsyncExitStack() as stack:
        stores = await Stores.open(settings, stack)
        database = Database(
            settings.database_url,
            "is_agent",
            pool_size=2,
            statement_seconds=300,
            lock_seconds=LOCK_SECONDS,
            companions=stores,
        )
        stack.push_async_callback(database.dispose)
        owner = Database(settings.database_url, "is_owner", pool_size=1)
        stack.push_async_callback(owner.dispose)
        async with owner.transaction() as session:
            novels = list((await session.scalars(text("SELECT id FROM novels ORDER BY id"))).all())
        yield Projections(database, stores), novels


def rebuild(settings: Settings, store: Store | None, novel: UUID | None) -> None:
    """Make projections anew and show how far it is. Exits when a store does not answer or a name is unknown."""
    try:
        asyncio.run(_rebuild(settings, store, novel))
    except (UnavailableError, StoreDownError) as error:
        print(f"infinite-scribe: {_why(error)}. Nothing is lost; try again when it answers.")
        raise typer.Exit(EXIT_UNREACHABLE) from error


async def _rebuild(settings: Settings, store: Store | None, novel: UUID | None) -> None:
    async with _opened(settings) as (projections, novels):
        if novel is not None and novel not in novels:
            print(f"There is no novel {novel}.")
            raise typer.Exit(2)
        possible = projections.rebuildable()
        if store == "graph" and store not in possible:
            print(f"graph: {_READ}")
            return
        await prepare(projections.stores)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("novels, {task.fields[rows]} rows"),
            TimeElapsedColumn(),
        )
        chosen = novels if novel is None else [novel]
        with Progress(*columns) as progress:
            for one in possible if store is None else [store]:
                shown = progress.add_task(f"{one:<9}", total=len(chosen), rows=0)
                rows = 0

                def tell(written: int, shown: TaskID = shown) -> None:
                    progress.update(shown, rows=progress.tasks[shown].fields["rows"] + written)

                for novel_id in chosen:
                    rows += await projections.rebuild(one, novel_id, tell)
                    progress.update(shown, advance=1, rows=rows)


def report(settings: Settings) -> bool:
    """Print lag and drift of every projection; return whether something is not as it should be."""
    return asyncio.run(_report(settings))


async def _report(settings: Settings) -> bool:
    async with _opened(settings) as (projections, novels):
        waiting = {}
        for lag in await lags(projections.database, projections.stores):
            waiting[lag.name] = lag.lag
            since = f", the oldest since {lag.seconds:.0f} s" if lag.lag else ""
            print(f"  {'✓' if lag.lag == 0 else '…'} {lag.name:<11} {lag.lag} changes wait{since}")
        wrong = False
        for store in ("graph", "passages"):
            try:
                found = [await projections.compare(store, novel_id) for novel_id in novels]
            except (UnavailableError, StoreDownError) as error:
                print(f"  ✗ {store:<11} {_why(error)}; it catches up by itself when it is back")
                wrong = True
                continue
            differs = _say(store, [drift for drift in found if drift is not None], len(novels))
            if differs and waiting.get(store):
                print("      What waits is taken over by itself; ask again in a moment.")
            if differs:
                print(f"      `infinite-scribe reindex --store {store}` makes it anew.")
            wrong = differs or wrong
        return wrong


def _why(error: Exception) -> str:
    """Return which store does not answer, and how it said so."""
    return str(error.__cause__ if isinstance(error.__cause__, StoreDownError) else error)


def _say(store: str, found: list[Drift], novels: int) -> bool:
    drifted = [drift for drift in found if not drift.is_equal]
    if not found and novels:
        print(f"  ✓ {store:<11} {_READ}")
    elif not drifted:
        rows = sum(drift.rows for drift in found)
        print(f"  ✓ {store:<11} equal in {len(found)} novels, {rows} rows, by checksum")
    for drift in drifted:
        sums = f"{drift.expected[:12]} ≠ {drift.held[:12]}"
        print(f"  ✗ {store:<11} novel {drift.novel_id} differs: {sums}")
        for name, ids in (("missing", drift.missing), ("extra", drift.extra), ("different", drift.different)):
            if ids:
                print(f"      {len(ids)} {name}: {', '.join(ids[:SHOWN])}{' …' if len(ids) > SHOWN else ''}")
    return bool(drifted)
