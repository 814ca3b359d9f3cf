"""Servers that we did not write, as processes of this test run: LiteLLM's proxy, and llama.cpp with random weights.

They live in an environment of their own, which `make test-protocols` installs; without it their tests are skipped.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

ENVIRONMENT = Path(__file__).parents[4] / ".make" / "protocols"
FOLDER = Path(__file__).parent / "foreign"


def installed(name: str) -> str:
    """Return a program or a module's interpreter; skips the test where it is not there."""
    program = ENVIRONMENT / "bin" / name
    if not program.exists():
        pytest.skip(f"{name} is not installed; `make test-protocols` installs it")
    return str(program)


@contextmanager
def litellm(config: Path, folder: Path) -> Iterator[str]:
    """Run LiteLLM's proxy with a configuration; yields its address."""
    port = _free_port()
    command = [
        installed("litellm"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port),
        "--telemetry", "False",
    ]  # fmt: skip
    with _running(command, f"http://127.0.0.1:{port}/health/liveliness", folder / "log"):
        yield f"http://127.0.0.1:{port}"


def litellm_saying(answers: Mapping[str, str | list[float]], folder: Path) -> Path:
    """Write a configuration in which each model has one answer, words or a vector; return its file. JSON is YAML too."""
    usual = json.loads((FOLDER / "litellm.json").read_text())
    usual["model_list"] = [
        {
            "model_name": name,
            "litellm_params": {"model": "openai/gpt-4.1-mini", "api_key": "none", "mock_response": words},
        }
        for name, words in answers.items()
    ]
    config = folder / "config.yaml"
    config.write_text(json.dumps(usual))
    return config


@contextmanager
def llamacpp(folder: Path) -> Iterator[str]:
    """Run llama.cpp's server with a model of random weights; yields its address."""
    python, port, model = installed("python"), _free_port(), folder / "random.gguf"
    known = subprocess.run([python, "-c", "import xllamacpp"], capture_output=True, check=False, timeout=60)
    if known.returncode != 0:
        pytest.skip("there is no wheel of llama.cpp for this computer")
    subprocess.run([python, str(FOLDER / "random_model.py"), str(model)], check=True, timeout=120)
    command = [python, str(FOLDER / "llama_server.py"), str(model), str(port)]
    with _running(command, f"http://127.0.0.1:{port}/health", folder / "log"):
        yield f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], health: str, log: Path) -> Iterator[None]:
    with log.open("wb") as told:
        environ = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # else it looks for prices elsewhere
        process = subprocess.Popen(
            command, stdout=told, stderr=subprocess.STDOUT, cwd=log.parent, env=environ
        )
        try:
            _wait(process, health, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    with httpx2.Client(trust_env=False, timeout=2) as http:
        for _ in range(3_000):  # LiteLLM imports for 20 s on an idle machine, for minutes on a busy one
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            try:
                if http.get(health).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.2)
    raise AssertionError(f"{health} did not answer: {log.read_text(errors='replace')[-3000:]}")
