"""Processes for fault tests that start at once: one process has a module imported and forks whoever is asked for.

An agent's imports take seconds, and a fault test starts many. `children("faults.loop.story_process")` starts the parent;
`await family.start("live", point="…")` calls that function of the module, with what JSON can say, in a child of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from queue import Queue
from threading import Thread
from typing import Any, NoReturn

START_SECONDS = 120


@dataclass
class Child:
    """A forked process. `code` is what it left with, minus the number of the signal that killed it."""

    pid: int
    code: int | None = None

    def send_signal(self, number: int) -> None:
        if self.code is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        while self.code is None:
            await asyncio.sleep(0.01)
        return self.code


class Family:
    """The children of one parent process."""

    def __init__(self, parent: subprocess.Popen[bytes]) -> None:
        self._parent = parent
        self._born: Queue[Child] = Queue()
        self._children: dict[int, Child] = {}

    async def start(self, function: str, **given: Any) -> Child:
        """Fork a child that calls a function of the module."""
        assert self._parent.stdin is not None
        self._parent.stdin.write(json.dumps([function, given]).encode() + b"\n")
        self._parent.stdin.flush()
        return await asyncio.to_thread(self._born.get, timeout=START_SECONDS)

    def listen(self) -> None:
        """Hear who is born and who is gone, until the parent ends."""
        assert self._parent.stdout is not None
        while line := self._parent.stdout.readline():
            word, *numbers = line.decode().split()
            pid, code = int(numbers[0]), int(numbers[1])
            if word == "born":
                self._children[pid] = Child(pid)
                self._born.put(self._children[pid])
            else:
                self._children.pop(pid).code = code

    def kill_all(self) -> None:
        for child in list(self._children.values()):
            child.kill()


@contextmanager
def children(module: str) -> Iterator[Family]:
    """Start the parent of processes that have `module` imported; at the end all of them are killed."""
    paths = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(
        [sys.executable, "-m", "servers.forking", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    ) as parent:  # fmt: skip
        family = Family(parent)
        listening = Thread(target=family.listen)
        listening.start()
        try:
            yield family
        finally:
            family.kill_all()
            parent.kill()
            listening.join()


def parent_of(module: str) -> None:
    """Fork a child for each line of the input, and tell when one has gone."""
    functions = vars(import_module(module))
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told)
    alive: set[int] = set()
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), heard], [], [])
        if heard in ready:
            os.read(heard, 1_000)
            for pid in list(alive):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    alive.discard(pid)
                    print("gone", pid, os.waitstatus_to_exitcode(status), flush=True)
        else:
            function, given = json.loads(_line())
            pid = os.fork()
            if pid == 0:
                _be_child(functions[function], given)
            alive.add(pid)
            print("born", pid, 0, flush=True)


def _line() -> bytes:
    """Read one line, and no byte of the next."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(sys.stdin.fileno(), 1)
        if not piece:
            os._exit(0)
        line += piece
    return line


def _be_child(work: Any, given: dict[str, Any]) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(2, 1)
    try:
        work(**given)
    except BaseException:  # noqa: BLE001 - whatever it was is told, and the parent's loop must not go on in a child
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    parent_of(sys.argv[1])
