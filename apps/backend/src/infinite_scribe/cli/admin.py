"""`infinite-scribe admin`: what only the person at the machine may do."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from infinite_scribe.accounts.service import AccountsService
from infinite_scribe.cli.platform import address
from infinite_scribe.core.errors import NotFoundError
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.embedded.supervisor import StartError

app = typer.Typer(help="Look after accounts.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Look after accounts."""


@app.command("reset-link")
def reset_link(
    login: Annotated[str, typer.Argument(help="Name or e-mail of the account.")],
) -> None:
    """Print a link with which a forgotten password is replaced; it works once, for ten minutes."""
    settings = load_settings()
    if settings.database.url is None:
        raise StartError("The platform is not running. Start it with `infinite-scribe up`, then try again.")
    try:
        token = asyncio.run(_issue(settings, login))
    except NotFoundError as error:
        print(f"There is no account named {login!r}.")
        raise typer.Exit(1) from error
    print(f"{address(settings)}/reset#token={token}")


async def _issue(settings: Settings, login: str) -> str:
    database = Database(settings.database_url, "is_api", pool_size=1)
    try:
        return await AccountsService.issue_reset_token(database, login)
    finally:
        await database.dispose()
