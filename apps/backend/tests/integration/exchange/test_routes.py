from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from factories.manuscript import make_book
from factories.novels import make_user
from factories.structure import client_of, make_app
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.exchange.router import router
from infinite_scribe.exchange.schemas import ExportCreate
from infinite_scribe.exchange.service import MOST_CHARACTERS, ExportService
from infinite_scribe.exchange.writers import FORMATS
from infinite_scribe.manuscript.router import router as manuscript
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase

TEXT = "# The Storm Seller\n\n## One\n\nInes counted the jars.\n\n***\n\nThe lid was sweating.\n\n## Two\n\nTomas sailed.\n"


@pytest.fixture
def app(fresh_db: TestDatabase, tmp_path: Path) -> FastAPI:
    made = make_app(fresh_db, router, manuscript)
    made.state.settings = SimpleNamespace(data_dir=tmp_path, retention=SimpleNamespace(export_hours=24))
    return made


async def imported(client: httpx2.AsyncClient, text: str = TEXT, name: str = "book.md") -> dict[str, object]:
    answer = await client.post("/imports", json={"text": text, "name": name})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_a_pasted_text_becomes_a_book_and_leaves_as_every_format(
    fresh_db: TestDatabase, app: FastAPI
) -> None:
    owner = await make_user(fresh_db.owner)
    async with client_of(app, owner) as client:
        preview = await imported(client)
        assert preview["words"] == 10
        assert [(c["title"], c["scenes"]) for c in preview["preview"]["chapters"]] == [("One", 2), ("Two", 1)]  # type: ignore[index]
        novel = (await client.post(f"/imports/{preview['id']}/apply")).json()
        assert (novel["title"], novel["words"]) == ("The Storm Seller", 10)
        tree = (await client.get(f"/novels/{novel['id']}/tree")).json()
        assert [len(c["scenes"]) for c in tree["parts"][0]["chapters"]] == [2, 1]
        again = await client.post(f"/imports/{preview['id']}/apply")
        assert (again.status_code, again.json()["code"]) == (422, "import-applied")
        for form in ("markdown", "epub", "docx", "txt"):
            made = (await client.post(f"/novels/{novel['id']}/exports", json={"format": form})).json()
            file = await client.get(f"/exports/{made['id']}/file")
            assert file.headers["content-disposition"].startswith("attachment")
            plain = file.content if form in {"markdown", "txt"} else _unzipped(file.content)
            assert b"The lid was sweating." in plain, form
            assert made["bytes"] == len(file.content)


def _unzipped(data: bytes) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return b"".join(archive.read(name) for name in archive.namelist())


async def test_a_file_in_an_old_encoding_is_read(fresh_db: TestDatabase, app: FastAPI) -> None:
    text = "第一章 风起\n天黑之后，他沿着海边走了很久，灯塔一直亮着。\n" * 3
    async with client_of(app, await make_user(fresh_db.owner)) as client:
        files = {"file": ("旧稿.txt", text.encode("gb18030"), "text/plain")}
        found = (await client.post("/imports/file", files=files)).json()
        assert (found["preview"]["language"], found["preview"]["title"]) == ("zh", "旧稿")
        picture = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "image/png")}
        refused = await client.post("/imports/file", files=picture)
        assert (refused.status_code, refused.json()["code"]) == (422, "import-not-text")
        empty = await client.post("/imports", json={"text": "   \n", "name": ""})
        assert empty.json()["code"] == "import-empty"


async def test_nobody_reaches_what_belongs_to_another(fresh_db: TestDatabase, app: FastAPI) -> None:
    book, stranger = await make_book(fresh_db), await make_user(fresh_db.owner)
    async with client_of(app, book.user_id) as owner:
        export = (await owner.post(f"/novels/{book.novel_id}/exports", json={"format": "txt"})).json()
        text = await imported(owner)
    async with client_of(app, stranger) as other:
        tries = [
            await other.post(f"/novels/{book.novel_id}/exports", json={"format": "txt"}),
            await other.get(f"/exports/{export['id']}"),
            await other.get(f"/exports/{export['id']}/file"),
            await other.get(f"/imports/{text['id']}"),
            await other.post(f"/imports/{text['id']}/apply"),
        ]
    assert [answer.status_code for answer in tries] == [404] * 5
    async with client_of(app, None) as nobody:
        assert (await nobody.get(f"/exports/{export['id']}")).status_code == 401
        assert (await nobody.post("/imports", json={"text": "x"})).status_code == 401


async def test_a_book_may_take_longer_to_render_than_a_transaction_may_be_silent(
    fresh_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = await make_book(fresh_db)

    def slow(_book: object) -> bytes:
        time.sleep(0.5)
        return b"done"

    monkeypatch.setitem(FORMATS, "txt", replace(FORMATS["txt"], write=slow))
    async with fresh_db.api.transaction(RowScope(user_id=book.user_id)) as session:
        await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.EXPORT)
        made = await ExportService(session, scope, tmp_path, 24).make(ExportCreate(format="txt"), "")
    assert (made.state, made.bytes) == ("ready", 4)


async def test_a_text_of_endless_chapters_is_refused_at_once(fresh_db: TestDatabase, app: FastAPI) -> None:
    async with client_of(app, await make_user(fresh_db.owner)) as client:
        many = await client.post("/imports", json={"text": "# a\nb\n" * 6_000, "name": "a.md"})
        assert (many.status_code, many.json()["code"]) == (413, "import-too-large")
        long = await client.post("/imports", json={"text": "a" * (MOST_CHARACTERS + 1), "name": ""})
        assert (long.status_code, long.json()["code"]) == (413, "import-too-large")
