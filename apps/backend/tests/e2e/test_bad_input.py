"""What goes wrong on the first day ends in a clear problem or one sentence, with nothing half done."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from servers.platform import PASSWORD, SERVICES, Author, Platform, data_folder, environment, free_ports, good

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

CANNOT_START = 2


def problem(answer: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """Return a refused request's problem document."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    found: dict[str, Any] = answer.json()
    assert found["title"]
    assert found["detail"]
    assert found["request_id"]
    if code is not None:
        assert found["code"] == code
    return found


@pytest.fixture(scope="module")
def novel(author: Author) -> str:
    return str(author.new_book()["id"])


def books(author: Author) -> int:
    return len(author.get("/novels")["items"])


def test_an_idea_of_more_than_a_hundred_thousand_characters(author: Author) -> None:
    before = books(author)
    given = {"idea": "x" * 100_001, "language": "en", "length": "novel", "pov": "close_third"}
    found = problem(author.ask("POST", "/novels", given), 422)
    assert any("idea" in str(one) for one in found["errors"])
    assert books(author) == before


def test_an_empty_idea_is_a_blank_book_but_no_run(author: Author) -> None:
    blank = author.post("/novels", {"idea": "", "language": "en", "title": "Blank"})["id"]
    answer = author.ask("POST", f"/novels/{blank}/runs", {"task": "director.begin_book", "input": {}})
    problem(answer, 422)
    assert author.get(f"/runs?novel_id={blank}")["items"] == []


def test_a_wrong_password_says_the_same_for_everybody(studio: Platform, author: Author) -> None:
    nobody = studio.author()
    wrong = problem(
        nobody.ask("POST", "/auth/login", {"login": "Ann", "password": "not the one at all"}), 401
    )
    absent = problem(
        nobody.ask("POST", "/auth/login", {"login": "Zoe", "password": "not the one at all"}), 401
    )
    assert (wrong["code"], wrong["detail"]) == (absent["code"], absent["detail"])
    assert problem(nobody.ask("GET", "/me"), 401)["action"] == "sign-in"


def test_other_people_s_ids_are_not_found(studio: Platform, author: Author, novel: str) -> None:
    stranger = studio.author()
    good(stranger.ask("POST", "/auth/guest", {"locale": "en"}))
    scene = author.scene(novel)["scene_id"]
    for method, path, body in (
        ("GET", f"/novels/{novel}", None),
        ("DELETE", f"/novels/{novel}", None),
        ("GET", f"/scenes/{scene}/versions", None),
        ("PUT", f"/scenes/{scene}/content", {"json": {"type": "scene"}}),
        ("POST", f"/novels/{novel}/runs", {"task": "director.begin_book", "input": {}}),
        ("POST", f"/novels/{novel}/exports", {"format": "markdown", "options": {}}),
    ):
        problem(stranger.ask(method, path, body, headers={"if-match": '"1"'}), 404)
    assert author.get(f"/novels/{novel}")["deleted_at"] is None


@pytest.mark.parametrize("task", ["writer.fly", "librarian.learn", ""])
def test_an_unknown_task(author: Author, novel: str, task: str) -> None:
    problem(author.ask("POST", f"/novels/{novel}/runs", {"task": task, "input": {}}), 422)
    assert author.get(f"/runs?novel_id={novel}")["items"] == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe", b'{"idea": NaN}'])
def test_malformed_json(author: Author, body: bytes) -> None:
    headers = {"content-type": "application/json", "idempotency-key": uuid.uuid4().hex}
    found = problem(author.http.post("/novels", content=body, headers=headers), 422)
    assert found["errors"] or found["detail"]


def test_an_id_that_is_none(author: Author) -> None:
    problem(author.ask("GET", "/novels/not-an-id"), 422)


@pytest.fixture
def folder() -> Path:
    return data_folder()


def cli(folder: Path, *words: str, **values: Any) -> subprocess.CompletedProcess[str]:
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    env = environment(folder / "data", ports, values)
    command = [sys.executable, "-m", "infinite_scribe.cli", *words]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def one_sentence(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == CANNOT_START, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    for part in parts:
        assert part in said[0]


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one_sentence(cli(folder, "up", http__port=port), f"Port {port}", "INFINITE_SCRIBE__HTTP__PORT")
    assert not (folder / "data" / "postgres").exists()


def test_a_data_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / "data").write_text("a file where the folder should be")
    one_sentence(cli(folder, "up"), str(folder / "data"), "INFINITE_SCRIBE__APP__DATA_DIR")


@pytest.fixture
def small_disk(folder: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own for the data folder, mounted with the options that the test names."""
    disk = folder / "data"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("small_disk", "part"),
    [("size=8m", "MB of free space"), ("size=512m,ro", "cannot be written (Read-only file system)")],
    indirect=["small_disk"],
    ids=["full", "read-only"],
)
def test_a_data_folder_on_a_full_or_read_only_disk(folder: Path, small_disk: Path, part: str) -> None:
    one_sentence(cli(folder, "up"), str(small_disk), part, "INFINITE_SCRIBE__APP__DATA_DIR")
    assert not (small_disk / "postgres").exists()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[http]\nprot = 9000\n", ("http.prot", "'port'")),
        ("[htp]\nport = 9000\n", ("[htp]", "'http'")),
        ("[http\n", ("config.toml", "not valid TOML")),
        ('[http]\nport = "many"\n', ("http.port",)),
        (
            '[database]\nurl = "postgresql://me:secret@host/db"\n',
            ("secret", "INFINITE_SCRIBE__DATABASE__URL"),
        ),
    ],
)
def test_a_broken_config_names_the_nearest_word(folder: Path, text: str, parts: tuple[str, ...]) -> None:
    (folder / "config.toml").write_text(text)
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    env = environment(folder / "data", ports, {})
    del env["INFINITE_SCRIBE__HTTP__PORT"]
    command = [sys.executable, "-m", "infinite_scribe.cli", "up"]
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    one_sentence(done, *parts)
    assert "me:secret" not in done.stderr


def test_a_provider_that_cannot_be_reached_and_a_run_on_it(author: Author) -> None:
    author.post("/auth/step-up", {"password": PASSWORD})
    given = {
        "kind": "openai_compatible",
        "label": "Away",
        "base_url": "https://models.invalid/v1",
        "models": ["m"],
    }
    endpoint = author.post("/providers", given)["id"]
    report = author.post(f"/providers/{endpoint}/test", {})
    reach = next(line for line in report["lines"] if line["check"] == "reach")
    assert reach["ok"] is False
    assert reach["detail"]


def test_an_address_inside_this_network_is_refused(author: Author) -> None:
    author.post("/auth/step-up", {"password": PASSWORD})
    given = {
        "kind": "openai_compatible",
        "label": "Inside",
        "base_url": "http://127.0.0.1:5432/v1",
        "models": [],
    }
    found = problem(author.ask("POST", "/providers", given), 422)
    assert "127.0.0.1" in str(found) or "local" in str(found).lower()
