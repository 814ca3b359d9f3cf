"""A real Neo4j for tests: a URL, a container, or the community server from its published jars.

The jars are resolved by Maven once into `.make/` and started with Java 17 or newer, with Bolt and real
authentication. A run that will need them fetches them while other tests go on. Where neither Docker nor Maven and Java
answer, or the jars cannot be had, `NoNeo4jError` says why, and the tests skip.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from infinite_scribe.db.neo4j.client import Neo4jStore, connect_neo4j
from servers.stores import docker_image

VERSION = "5.26.12"
IMAGE = "neo4j:5"
USER = "neo4j"
DOWNLOAD_SECONDS = 240
ATTEMPTS = 3
START_SECONDS = 180
PATIENCE_SECONDS = 60
"""How long a question of a test may take: plans are made anew on a machine that does other work as well."""
ROOT = Path(__file__).parents[4]
JARS = ROOT / ".make" / f"neo4j-{VERSION}"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>neo4j-jars</artifactId><version>1</version><dependencies>
<dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{VERSION}</version></dependency>
</dependencies></project>
"""
OPENS = [f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in ("java.nio", "java.io", "sun.nio.ch")]


class NoNeo4jError(Exception):
    """No Neo4j can run here; the message says why."""


@dataclass
class Neo4jServer:
    """One server: its address, and how it is started and stopped (a stopped one keeps its data and its address)."""

    url: str
    password: str
    origin: str
    start: Callable[[], None] = field(default=lambda: None)
    stop: Callable[[], None] = field(default=lambda: None)
    remove: Callable[[], None] = field(default=lambda: None)
    can_stop: bool = True

    def driver(self) -> Driver:
        return GraphDatabase.driver(self.url, auth=(USER, self.password))

    def store(self) -> Neo4jStore:
        """Return connections that wait longer for an answer than an author would."""
        return connect_neo4j(
            self.url, USER, self.password, read_seconds=PATIENCE_SECONDS, write_seconds=PATIENCE_SECONDS
        )


def neo4j() -> Neo4jServer:
    """Return a running server. Raises `NoNeo4jError`."""
    if url := os.environ.get("TEST_NEO4J_URL"):
        return Neo4jServer(url, os.environ.get("TEST_NEO4J_PASSWORD", ""), "URL", can_stop=False)
    if docker_image(IMAGE):
        return _container()
    return _from_jars()


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _container() -> Neo4jServer:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer

    password, port = "test-password-7", _free_port()
    container = (
        DockerContainer(IMAGE).with_bind_ports(7687, port).with_env("NEO4J_AUTH", f"{USER}/{password}")
    )
    container.start()
    url = f"bolt://{container.get_container_host_ip()}:{port}"

    def start() -> None:
        container.get_wrapped_container().start()
        _wait(url, password)

    try:
        _wait(url, password)
    except NoNeo4jError:
        container.stop()
        raise
    stop = container.get_wrapped_container().stop
    return Neo4jServer(url, password, f"container {IMAGE}", start, stop, container.stop)


def _wait(url: str, password: str, alive: Callable[[], bool] = lambda: True) -> None:
    """Wait until the server answers and takes the password. Raises `NoNeo4jError`."""
    host, port = url.removeprefix("bolt://").split(":")
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and alive():
        try:
            socket.create_connection((host, int(port)), 1).close()
            with GraphDatabase.driver(url, auth=(USER, password)) as driver:
                driver.verify_connectivity()
        except (DriverError, Neo4jError, OSError):
            time.sleep(0.3)
        else:
            return
    raise NoNeo4jError(f"Neo4j did not answer within {START_SECONDS} s")


def _from_jars() -> Neo4jServer:
    java, jars = _java(), _fetching().result()
    home = Path(tempfile.mkdtemp(prefix="is-test-neo4j-"))
    (home / "conf").mkdir()
    port, password = _free_port(), "test-password-7"
    (home / "conf" / "neo4j.conf").write_text(
        f"server.bolt.listen_address=127.0.0.1:{port}\nserver.http.enabled=false\nserver.https.enabled=false\n"
        "server.memory.heap.max_size=512m\nserver.memory.pagecache.size=64m\ndbms.usage_report.enabled=false\n"
        "db.tx_log.preallocate=false\n"
    )
    command = [java, "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", *OPENS]
    command += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    process: list[subprocess.Popen[bytes]] = []
    url = f"bolt://127.0.0.1:{port}"

    def run(known: str) -> None:
        with (home / "out.log").open("ab") as log:
            process[:] = [subprocess.Popen(command, stdout=log, stderr=log)]
        _wait(url, known, lambda: process[0].poll() is None)

    def start() -> None:
        run(password)

    def stop() -> None:
        process[0].kill()
        process[0].wait()

    def remove() -> None:
        stop()
        shutil.rmtree(home, ignore_errors=True)

    server = Neo4jServer(url, password, f"published jars {VERSION}", start, stop, remove)
    try:
        run("neo4j")
        _set_password(server)
    except (NoNeo4jError, DriverError, Neo4jError) as error:
        remove()
        raise NoNeo4jError(f"Neo4j did not start: {error}") from error
    return server


def _set_password(server: Neo4jServer) -> None:
    """Give the fresh server its password, as its first user must."""
    with GraphDatabase.driver(server.url, auth=(USER, "neo4j")) as driver:
        driver.execute_query(
            "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=server.password, database_="system"
        )


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise NoNeo4jError("there is no Docker engine with neo4j:5, and no java on PATH")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found.group(1)) < 17:
        raise NoNeo4jError("Neo4j needs Java 17 or newer")
    return java


def fetch_early() -> None:
    """Begin to fetch the jars where they will be needed, so that nobody waits for them later."""
    if not os.environ.get("TEST_NEO4J_URL") and not docker_image(IMAGE):
        _fetching()


@cache
def _fetching() -> Future[Path]:
    """Return the jars to come. They are asked for once in a run, whatever comes of it."""
    found: Future[Path] = Future()

    def fetch() -> None:
        try:
            _java()
            found.set_result(_fetch())
        except Exception as error:  # noqa: BLE001 - whoever waits for the jars hears it
            found.set_exception(error)

    threading.Thread(target=fetch, daemon=True).start()
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other runs in this folder waiting."""
    JARS.mkdir(parents=True, exist_ok=True)
    with (JARS / "lock").open("w") as held:
        flock(held, LOCK_EX)
        yield


def _fetch() -> Path:
    """Return the folder of the server's jars; Maven fetches them once. Raises `NoNeo4jError`."""
    with _alone():
        if (JARS / "complete").exists():
            return JARS / "lib"
        maven = shutil.which("mvn")
        if maven is None:
            raise NoNeo4jError("there is no Docker engine with neo4j:5, and no mvn on PATH")
        (JARS / "pom.xml").write_text(POM)
        end = time.monotonic() + DOWNLOAD_SECONDS
        why = ""
        for attempt in range(ATTEMPTS):
            time.sleep(3 * attempt)
            left = end - time.monotonic()
            why = _copy_jars(maven, left) if left > 0 else why
            if not why:
                (JARS / "complete").touch()
                return JARS / "lib"
        raise NoNeo4jError(why)


def _copy_jars(maven: str, seconds: float) -> str:
    """Ask Maven for the jars; return why it has none, or nothing. What it fetched is kept for the next attempt."""
    command = [maven, "-q", "-B", "-U", "-Daether.connector.connectTimeout=10000", "-Dmaven.wagon.rto=30000"]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={JARS / 'lib'}"]
    try:
        done = subprocess.run(command, cwd=JARS, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"Maven had not fetched Neo4j's jars after {DOWNLOAD_SECONDS} s"
    if not done.returncode:
        return ""
    said = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["no reason given"]
    return f"Maven could not fetch Neo4j's jars: {said[0][:200]}"
