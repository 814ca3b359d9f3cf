from __future__ import annotations

import json
import logging as std_logging
from pathlib import Path

import pytest

from infinite_scribe.core import logging
from infinite_scribe.core.errors import FieldError, Kind, RateLimitedError
from infinite_scribe.core.ids import child_id, new_id
from infinite_scribe.core.secrets import secret_file
from infinite_scribe.core.settings import Settings, SettingsError, load_settings
from infinite_scribe.core.settings.loading import SECTIONS, read_sources
from infinite_scribe.core.tokens import count_tokens


def clone(tmp_path: Path, toml: str = "") -> Path:
    (tmp_path / "apps" / "backend").mkdir(parents=True)
    (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
    return tmp_path


def load(root: Path, **environ: str) -> Settings:
    return load_settings(
        root=root, environ={f"INFINITE_SCRIBE__{name}": value for name, value in environ.items()}
    )


def test_the_environment_wins_over_local_over_shipped_values(tmp_path: Path) -> None:
    root = clone(tmp_path, "[http]\nport = 1\nhost = '127.0.0.2'\n")
    (root / "config.local.toml").write_text("[http]\nport = 2\n", encoding="utf-8")
    assert load(root).http.port == 2
    settings = load(root, HTTP__PORT="3")
    assert (settings.http.port, settings.http.host) == (3, "127.0.0.2")
    _, sources = read_sources(root=root, environ={"INFINITE_SCRIBE__HTTP__PORT": "3"})
    assert sources == {"http.port": "environment", "http.host": "config.toml"}


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [
        ("[http]\nprot = 1\n", {}, "did you mean 'port'"),
        ("[htpp]\nport = 1\n", {}, "did you mean 'http'"),
        ("", {"RUNS__PER_USR": "1"}, "did you mean 'per_user'"),
        ("[http]\nport = 0\n", {}, "http.port has a value that cannot be used"),
        ("[http\n", {}, "config.toml is not valid TOML"),
        ("[database]\nurl = 'postgresql://x'\n", {}, "INFINITE_SCRIBE__DATABASE__URL"),
        ("[graph]\nkind = 'neo4j'\n", {}, "needs graph.url, such as bolt"),
        ("[graph]\nkind = 'neo4j'\nurl = 'bolt://h:7687'\n", {}, "INFINITE_SCRIBE__GRAPH__PASSWORD"),
        ("[graph]\nkind = 'neo4j'\nurl = 'http://h'\n", {"GRAPH__PASSWORD": "p"}, "needs graph.url"),
        ("[passages]\nkind = 'qdrant'\nurl = 'localhost'\n", {}, "needs passages.url, such as http"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    tmp_path: Path, toml: str, environ: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(clone(tmp_path, toml), **environ)


def test_the_embedded_stores_are_found_in_the_data_folder(tmp_path: Path) -> None:
    root, folder = clone(tmp_path), str(tmp_path / ".data")
    before = load(root, APP__DATA_DIR=folder)
    assert before.embedded_database
    with pytest.raises(LookupError):
        _ = before.database_url
    (root / ".data" / "run").mkdir(parents=True)
    (root / ".data" / "run" / "stores.json").write_text(
        json.dumps({"database": "postgresql://e"}), encoding="utf-8"
    )
    assert load(root, APP__DATA_DIR=folder).database_url == "postgresql://e"
    mine = load(root, APP__DATA_DIR=folder, DATABASE__URL="postgresql://mine")
    assert (mine.database_url, mine.embedded_database) == ("postgresql://mine", False)


def test_every_field_says_what_it_is_for() -> None:
    silent = [
        f"{name}.{key}"
        for name, model in SECTIONS.items()
        for key, field in model.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_ids_rise_with_time_and_children_are_stable() -> None:
    made = [new_id() for _ in range(50)]
    assert len(set(made)) == 50
    assert {one.version for one in made} == {7}
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)
    assert child_id(made[0], "a/b") == child_id(made[0], "a/b") != child_id(made[0], "a/c")


def test_tokens_are_near_what_models_count() -> None:
    assert count_tokens("") == 0
    assert 8 <= count_tokens("She counted the jars twice before she spoke.") <= 14
    assert 7 <= count_tokens("她把坛子数了两遍。") <= 11
    assert count_tokens("a" * 400) > 50


def test_an_error_carries_what_a_client_needs() -> None:
    problem = RateLimitedError(
        "Slow down.", retry_after=3, errors=[FieldError("/x", "y")], bucket="saves"
    ).to_problem()
    assert problem["code"] == "rate-limited"
    assert problem["kind"] == Kind.RATE_LIMITED.value
    assert (problem["retryable"], problem["retry_after"], problem["params"]) == (True, 3, {"bucket": "saves"})
    assert problem["errors"] == [{"pointer": "/x", "code": "y"}]


def test_a_secret_is_made_once_and_closed(tmp_path: Path) -> None:
    first = secret_file(tmp_path / "secrets", "kek")
    assert secret_file(tmp_path / "secrets", "kek") == first
    assert len(first) == 32
    assert (tmp_path / "secrets" / "kek").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_logs_hide_secrets_and_the_authors_text(capsys: pytest.CaptureFixture[str]) -> None:
    before = std_logging.getLogger().handlers[:]
    try:
        logging.configure("test")
        key = "sk-" + "abcdefghijklmnop"
        logging.get_logger("t").warning(
            "call.failed", password="hunter2", prompt="Once upon", note=f"key {key}", call_id="c1"
        )
        line = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    finally:
        std_logging.getLogger().handlers[:] = before
    assert (line["event"], line["service"], line["call_id"]) == ("call.failed", "test", "c1")
    assert not {"hunter2", "Once upon", key} & set(json.dumps(line).split('"'))
    assert key not in line["note"]
