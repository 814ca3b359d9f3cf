"""The wheel of a release: built as `make package` builds it, installed where there is no Node, started in an empty folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[4]
SOURCE = ROOT / "apps" / "backend" / "src" / "infinite_scribe"
SERVICES = ("api", "llm", "worldsmith", "director", "writer", "editor", "librarian")
SHELL = ("sh", "env", "id", "useradd", "uname")
"""All that may be on the PATH besides the package's own programs."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own system user can pass through, as pytest's cannot."""
    found = Path(tempfile.mkdtemp(prefix="infinite-scribe-package-"))
    found.chmod(0o711)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """The wheel, made by the Makefile's own recipe in a copy of what it reads."""
    if not (ROOT / "apps" / "frontend" / "dist" / "index.html").is_file():
        subprocess.run(["make", "web"], cwd=ROOT, check=True, capture_output=True, timeout=300)
    clone = folder / "clone"
    for name in ("Makefile", ".gitignore"):
        clone.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    backend = clone / "apps" / "backend"
    backend.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / "apps" / "backend" / name, backend / name)
    unpacked = shutil.ignore_patterns("__pycache__", "webapp", "_migrations")
    for name in ("src", "migrations"):
        shutil.copytree(ROOT / "apps" / "backend" / name, backend / name, ignore=unpacked)
    shutil.copytree(ROOT / "apps" / "frontend" / "dist", clone / "apps" / "frontend" / "dist")
    (clone / ".venv").symlink_to(Path(sys.prefix))
    done = subprocess.run(
        ["make", "package", "-o", "install", "-o", "web"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = (clone / "build" / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(folder: Path, wheel: Path) -> Path:
    """An empty environment with the locked packages and the wheel; returns its folder of programs."""
    uv = shutil.which("uv") or str(ROOT / ".make" / "uv" / "bin" / "uv")
    venv = folder / "venv"
    environment = {**os.environ, "VIRTUAL_ENV": str(venv)}
    for arguments in (
        ["venv", "-q", "--python", sys.executable, str(venv)],
        ["pip", "install", "-q", "--require-hashes", "-r", str(ROOT / "requirements.lock")],
        ["pip", "install", "-q", "--no-deps", str(wheel)],
    ):
        done = subprocess.run(
            [uv, *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
    return venv / "bin"


def test_wheel_carries_everything_that_is_read_at_run_time(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    data = {
        f"infinite_scribe/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc"}
        and not path.is_relative_to(SOURCE / "webapp")
        and not path.is_relative_to(SOURCE / "_migrations")
    }
    migrations = {
        f"infinite_scribe/_migrations/{path.relative_to(ROOT / 'apps/backend/migrations').as_posix()}"
        for path in (ROOT / "apps" / "backend" / "migrations").rglob("*.py")
    }
    assert any("/prompts/" in name for name in data)
    assert any("/samples/" in name for name in data)
    assert any("/llm/demo/zh/data/" in name for name in data)
    assert len(migrations) > 10
    assert data | migrations <= carried, sorted((data | migrations) - carried)
    assert "infinite_scribe/webapp/index.html" in carried
    assert any(name.startswith("infinite_scribe/webapp/assets/") for name in carried)
    assert not any("/tests/" in name or name.startswith("tests/") for name in carried)


def test_installed_package_runs_without_node_and_stops_without_a_trace(
    folder: Path, wheel: Path, installed: Path
) -> None:
    environment, port = _bare_environment(folder, installed)
    assert shutil.which("node", path=environment["PATH"]) is None
    empty = folder / "empty"
    empty.mkdir()
    program = str(installed / "infinite-scribe")
    with (folder / "up.log").open("wb") as log:
        started = subprocess.Popen(
            [program, "up"], cwd=empty, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    family = [psutil.Process(started.pid)]
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(started, address, folder / "up.log")
        family += family[0].children(recursive=True)
        page = urllib.request.urlopen(f"{address}/", timeout=10)
        assert page.headers["content-type"].startswith("text/html")
        assert page.read() == zipfile.ZipFile(wheel).read("infinite_scribe/webapp/index.html")
        assert urllib.request.urlopen(f"{address}/readyz", timeout=10).status == 200
        stopped = subprocess.run(
            [program, "down"],
            cwd=empty,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert stopped.returncode == 0, stopped.stderr
        assert started.wait(30) == 0
        _, alive = psutil.wait_procs(family, timeout=15)
        assert alive == []
        assert list(empty.iterdir()) == []
    finally:
        for one in family:
            if one.is_running():
                one.kill()


def _bare_environment(folder: Path, programs: Path) -> tuple[dict[str, str], int]:
    """Return an environment with the package's programs, a few of the system's, its own data and its own ports."""
    system = folder / "system"
    system.mkdir()
    for name in SHELL:
        if found := shutil.which(name, path=f"{os.defpath}:/usr/sbin:/sbin"):
            (system / name).symlink_to(found)
    ports = _free_ports(len(SERVICES))
    settings = {"APP__DATA_DIR": str(folder / "data"), "HTTP__PORT": str(ports[0])}
    for name, port in zip(SERVICES[1:], ports[1:], strict=True):
        settings[f"SERVICES__{name.upper()}_PORT"] = str(port)
    home = folder / "home"
    home.mkdir()
    return {
        "PATH": f"{programs}:{system}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **{f"INFINITE_SCRIBE__{name}": value for name, value in settings.items()},
    }, ports[0]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return found


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text("utf-8", errors="replace")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", errors="replace"))
