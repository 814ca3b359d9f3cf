"""The command line as its reader meets it: a book from one sentence, failures in one sentence with an exit code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from servers import databases
from servers.platform import PASSWORD, Author, Platform, free_ports, good

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

FAILED, NOT_RUNNING = 1, 3


def run(platform: Platform, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `infinite-scribe` with the settings of a platform, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "infinite_scribe.cli", *words],
        cwd=platform.folder,
        env={**platform.env, "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_one_sentence_becomes_a_book_of_three_chapters_on_a_platform_of_its_own(postgres_server: str) -> None:
    settings = {"demo__tokens_per_second": 4_000}
    platform = Platform(databases.clone(postgres_server), settings=settings)
    out = platform.folder / "book.epub"
    away = f"http://127.0.0.1:{free_ports(1)[0]}"
    try:
        idea = "a lighthouse keeper who sells storms"
        done = run(
            platform, "write", idea, "--chapters", "3", "--lang", "en", "--out", str(out),
            http_proxy=away, HTTP_PROXY=away, https_proxy=away,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Starting the platform" in done.stdout
        for chapter in ("Chapter 1 · writer", "Chapter 2 · director", "Chapter 3 · writer"):
            assert chapter in done.stdout
        assert " words" in done.stdout
        assert " tokens · free" in done.stdout
        with zipfile.ZipFile(out) as book:
            assert book.read("mimetype") == b"application/epub+zip"
            pages = [name for name in book.namelist() if name.endswith(".xhtml") and b"<p" in book.read(name)]
        written = platform.rows("SELECT count(DISTINCT scene_id) AS n FROM scene_versions")
        assert written[0]["n"] >= 3
        assert len(pages) >= 3
        again = run(platform, "up", "--detach")
        assert again.returncode == 2
        assert str(platform.ports["api"]) in again.stderr
        assert run(platform, "down").returncode == 0
        assert run(platform, "down").returncode == NOT_RUNNING
    finally:
        run(platform, "down")
        platform.stop()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["   "], "needs an idea"),
        (["x" * 100_001], "idea"),
        (["a map", "--lang", "tlh"], "'tlh' is not a language"),
        (["a map", "--out", "book.pdf"], ".pdf cannot be written"),
        (["a map", "--out", "nowhere/book.epub"], "nowhere does not exist"),
        (["a map", "--user", "Nobody"], "no account named 'Nobody'"),
    ],
    ids=["empty", "too-long", "language", "format", "folder", "user"],
)
def test_what_cannot_be_written_ends_in_one_sentence(
    studio: Platform, author: Author, words: list[str], sentence: str
) -> None:
    before = len(author.get("/novels")["items"])
    done = run(studio, "write", *words)
    assert done.returncode == FAILED, done.stdout + done.stderr
    assert sentence in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stdout + done.stderr
    assert len(author.get("/novels")["items"]) == before


def test_a_forgotten_password_is_replaced_by_a_link(studio: Platform, author: Author) -> None:
    done = run(studio, "admin", "reset-link", "Ann")
    assert done.returncode == 0, done.stderr
    link = urlsplit(done.stdout.strip())
    assert (link.path, link.port) == ("/reset", studio.ports["api"])
    [token] = parse_qs(link.fragment)["token"]
    fresh = "another heron stands in cold water 8"
    somebody = studio.author()
    good(somebody.ask("POST", "/auth/reset", {"token": token, "password": fresh}))
    assert somebody.ask("POST", "/auth/reset", {"token": token, "password": fresh}).status_code >= 400
    good(studio.author().ask("POST", "/auth/login", {"login": "Ann", "password": fresh}))
    refused = studio.author().ask("POST", "/auth/login", {"login": "Ann", "password": PASSWORD})
    assert refused.status_code == 401
    # the other tests sign in with the old one
    back = parse_qs(urlsplit(run(studio, "admin", "reset-link", "Ann").stdout.strip()).fragment)["token"][0]
    good(somebody.ask("POST", "/auth/reset", {"token": back, "password": PASSWORD}))
    author.post("/auth/login", {"login": "Ann", "password": PASSWORD})
    unknown = run(studio, "admin", "reset-link", "Nobody")
    assert unknown.returncode == FAILED
    assert "no account named 'Nobody'" in unknown.stdout


def test_host_and_port_are_settings_and_a_second_start_needs_nothing(postgres_server: str) -> None:
    platform = Platform(databases.clone(postgres_server), settings={"http__host": "127.0.0.2"})
    try:
        for _ in range(2):
            started = run(platform, "up", "--detach")
            assert started.returncode == 0, started.stderr + platform.said()
            assert f"http://127.0.0.2:{platform.ports['api']}" in started.stdout
            examined = run(platform, "doctor")
            assert examined.returncode == 0, examined.stdout
            assert run(platform, "down").returncode == 0
    finally:
        run(platform, "down")
        platform.stop()


def test_settings_say_where_each_value_comes_from(studio: Platform) -> None:
    done = run(studio, "settings")
    assert done.returncode == 0
    assert f"port = {studio.ports['api']}   # environment" in done.stdout
    assert "# default" in done.stdout
