"""`infinite-scribe write`: an idea becomes chapters and a file, through the public API alone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from infinite_scribe.accounts.service import AccountsService
from infinite_scribe.cli.client import ApiClient, ApiError, RunEvent
from infinite_scribe.cli.platform import address, is_ready, start_in_background
from infinite_scribe.core.errors import NotFoundError
from infinite_scribe.core.language import Language
from infinite_scribe.core.language import language as language_of
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.sql.engine import Database

EXIT_FAILED = 1
EXIT_WAITING = 3
FORMATS = {".epub": "epub", ".docx": "docx", ".md": "markdown", ".txt": "txt"}
LANGUAGES = {"en": "en", "zh": "zh", "zh-cn": "zh"}
console = Console()


class WaitingForAuthorError(Exception):
    """A run asks the author something; nobody answers at a command line."""


def write(
    idea: Annotated[str, typer.Argument(help="What is the story? One sentence is enough.")],
    chapters: Annotated[int, typer.Option(min=1, max=100, help="How many chapters to write.")] = 1,
    lang: Annotated[str, typer.Option(help="Language of the book: en or zh.")] = "en",
    out: Annotated[Path | None, typer.Option(help="File to write: .epub, .docx, .md or .txt.")] = None,
    user: Annotated[
        str | None, typer.Option(help="Whose book it is; default: the owner of this studio.")
    ] = None,
) -> None:
    """Write a book from one sentence; starts the platform when it is not up."""
    if not idea.strip():
        raise _stop("A story needs an idea; one sentence is enough.", EXIT_FAILED)
    language = LANGUAGES.get(lang.lower())
    if language is None:
        raise _stop(f"{lang!r} is not a language of the platform; use en or zh.", EXIT_FAILED)
    if out is not None and out.suffix.lower() not in FORMATS:
        raise _stop(
            f"{out.suffix or 'A file without ending'} cannot be written; use .epub, .docx, .md or .txt.",
            EXIT_FAILED,
        )
    if out is not None and not out.resolve().parent.is_dir():
        raise _stop(f"The folder {out.resolve().parent} does not exist.", EXIT_FAILED)
    settings = load_settings()
    if not is_ready(settings):
        console.print("Starting the platform …")
        start_in_background(settings)
        settings = load_settings()
    try:
        token = asyncio.run(_open_session(settings, user, language))
    except NotFoundError as error:
        raise _stop(f"There is no account named {user!r}.", EXIT_FAILED) from error
    client = ApiClient(address(settings), token)
    try:
        _write_book(client, idea, language, chapters, out)
    except ApiError as error:
        raise _stop(str(error), EXIT_FAILED) from error
    except WaitingForAuthorError as error:
        raise _stop(str(error), EXIT_WAITING) from error


def _stop(sentence: str, code: int) -> typer.Exit:
    console.print(f"[red]✗[/red] {sentence}", highlight=False)
    return typer.Exit(code)


async def _open_session(settings: Settings, user: str | None, language: str) -> str:
    """Open a session as `user` through the database, which whoever runs this command owns."""
    database = Database(settings.database_url, "is_api", pool_size=1)
    try:
        return await AccountsService.open_local_session(database, settings, login=user, locale=language)
    finally:
        await database.dispose()


def _write_book(client: ApiClient, idea: str, language: str, chapters: int, out: Path | None) -> None:
    begun = time.monotonic()
    novel = client.post(
        "/novels", {"idea": idea, "language": language, "length": "novel", "pov": "close_third"}
    )
    totals = {"words": 0, "tokens": 0, "cost": 0.0}
    counting = language_of(language)
    _follow(client, novel["id"], {"task": "director.begin_book", "input": {}}, "Chapter 1", totals, counting)
    planned = _chapters(client, novel["id"])
    for number in range(2, min(chapters, len(planned)) + 1):
        run = {
            "task": "director.write_chapter",
            "input": {"chapter": planned[number - 1]},
            "gates": {"contradiction": "keep"},  # nobody answers here: it stays, with its finding
        }
        _follow(client, novel["id"], run, f"Chapter {number}", totals, counting)
    seconds = time.monotonic() - begun
    title = client.get(f"/novels/{novel['id']}")["title"]
    console.print(f"[bold]{title}[/bold]: {_summary(totals)} in {seconds:.0f} s", highlight=False)
    if out is not None:
        _export(client, novel["id"], out)
    if len(planned) < chapters:
        raise ApiError(
            f"The plan of this book has {len(planned)} chapters; all of them are written, {chapters} were asked for."
        )


def _chapters(client: ApiClient, novel_id: str) -> list[str]:
    tree = client.get(f"/novels/{novel_id}/tree")
    return [str(chapter["id"]) for part in tree["parts"] for chapter in part["chapters"]]


def _follow(
    client: ApiClient,
    novel_id: str,
    body: dict[str, Any],
    label: str,
    totals: dict[str, Any],
    counting: Language,
) -> None:
    """Start a run and show its steps until it ends."""
    run = client.post(f"/novels/{novel_id}/runs", body)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(20),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        view = _Steps(progress, label, counting)
        for event in client.events(run["id"]):
            view.show(event)
            if event.type == "run.waiting" and event.data.get("gate") not in {None, "children"}:
                raise WaitingForAuthorError(
                    f"{label}: {event.data.get('question')} Answer it in the web app."
                )
        view.finish()
    done = client.get(f"/runs/{run['id']}")
    if done["state"] != "completed":
        problem = done.get("error") or {}
        raise ApiError(f"{label} was not written: {problem.get('detail') or done['state']}")
    totals["words"] += done["words"]
    totals["tokens"] += done["usage"]["input_tokens"] + done["usage"]["output_tokens"]
    totals["cost"] += done["usage"]["cost_usd"]


class _Steps:
    """One line per agent step, with the words of its prose, its tokens and its cost."""

    def __init__(self, progress: Progress, label: str, counting: Language) -> None:
        self._progress = progress
        self._label = label
        self._counting = counting
        self._lines: dict[str, TaskID] = {}
        self._notes: dict[TaskID, dict[str, str]] = {}
        self._texts: dict[str, str] = {}
        self._spent: dict[str, tuple[int, float]] = {}
        self._current: TaskID | None = None

    def show(self, event: RunEvent) -> None:
        """Update the lines from one event."""
        data = event.data
        key = f"{data.get('run')}/{data.get('step')}"
        if event.type == "step.started":
            step = str(data.get("step", "")).split("/")[-1].replace("_", " ")
            name = f"{self._label} · {data.get('agent', '')} · {step}"
            self._lines[key] = self._current = self._progress.add_task(name, total=1, note="")
        elif event.type in {"step.completed", "step.failed"} and key in self._lines:
            if event.type == "step.failed":
                self._note(self._lines[key], "end", "failed")
            self._progress.update(self._lines[key], completed=1)
        elif event.type == "text.delta" and self._current is not None:
            self._note(self._current, "words", f"{self._words(data):,} words")
        elif event.type == "usage" and self._current is not None:
            self._note(self._current, "spent", self._cost(data))

    def _note(self, line: TaskID, part: str, text: str) -> None:
        notes = self._notes.setdefault(line, {})
        notes[part] = text
        self._progress.update(line, note=" · ".join(notes.values()))

    def _words(self, data: dict[str, Any]) -> int:
        """Return the words of the text under way; a delta may take back what stood behind its offset."""
        target = f"{data.get('scene')}/{data.get('proposal')}/{data.get('variant')}"
        offset = int(data["offset"])
        self._texts[target] = self._texts.get(target, "")[:offset] + data["text"]
        return self._counting.count(self._texts[target])

    def _cost(self, data: dict[str, Any]) -> str:
        """Return what was spent since the last word about it; the events carry sums of their run."""
        tokens, cost = data["input_tokens"] + data["output_tokens"], float(data["cost_usd"])
        before = self._spent.get(str(data.get("run")), (0, 0.0))
        self._spent[str(data.get("run"))] = (tokens, cost)
        return f"{tokens - before[0]:,} tokens · {_price(cost - before[1])}"

    def finish(self) -> None:
        """Close lines whose end was not told, because their run ended with them."""
        for line in self._lines.values():
            self._progress.update(line, completed=1)


def _export(client: ApiClient, novel_id: str, out: Path) -> None:
    export = client.post(
        f"/novels/{novel_id}/exports", {"format": FORMATS[out.suffix.lower()], "options": {}}
    )
    while export["state"] not in {"ready", "failed"}:
        time.sleep(0.3)
        export = client.get(f"/exports/{export['id']}")
    if export["state"] == "failed":
        raise ApiError(
            f"The file was not made: {(export.get('problem') or {}).get('detail', 'unknown reason')}"
        )
    try:
        out.write_bytes(client.download(f"/exports/{export['id']}/file"))
    except OSError as error:
        raise ApiError(f"{out} cannot be written ({error.strerror}); the book is in your library.") from error
    console.print(f"Written: {out} ({out.stat().st_size:,} bytes)", highlight=False)


def _price(usd: float) -> str:
    return "free" if usd == 0 else f"${usd:.4f}"


def _summary(totals: dict[str, Any]) -> str:
    return f"{totals['words']:,} words, {totals['tokens']:,} tokens, {_price(totals['cost'])}"
