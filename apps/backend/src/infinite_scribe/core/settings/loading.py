"""Reading settings: TOML files, then the environment; a typo stops the start with the nearest valid name."""

from __future__ import annotations

import difflib
import json
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from infinite_scribe.core.settings.sections import Section, Settings

PREFIX = "INFINITE_SCRIBE__"
SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
STORES_FILE = Path("run") / "stores.json"
"""Addresses of the embedded stores, relative to the data folder; mode 0600, there while they run."""

_SECRET_FIELDS = {
    ("database", "url"),
    ("redis", "url"),
    ("graph", "password"),
    ("passages", "api_key"),
    ("accounts", "smtp_url"),
}


class SettingsError(Exception):
    """The settings cannot be used; the message says where and what the nearest valid name is."""


def find_root(start: Path | None = None) -> Path | None:
    """Return the clone that `start` (default: the working folder) lies in, or None."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "config.toml").is_file() and (folder / "apps" / "backend").is_dir():
            return folder
    return None


def load_settings(
    data_dir: Path | None = None,
    *,
    root: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings in force. Called by composition roots only.

    Raises `SettingsError` with one readable sentence for a broken file, an unknown name or a wrong value.
    """
    values, _ = read_sources(root=root, environ=environ)
    if data_dir is not None:
        values.setdefault("app", {})["data_dir"] = str(data_dir)
    chosen = values.get("app", {}).get("data_dir")
    values["data_dir"] = Path(chosen).absolute() if chosen else _default_data_dir(root or find_root())
    _add_embedded_stores(values)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from error


def _add_embedded_stores(values: dict[str, Any]) -> None:
    """Fill in the addresses of the embedded stores that run on this data folder."""
    try:
        running = json.loads((values["data_dir"] / STORES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        running = {}
    for section in ("database", "redis"):
        members = values.setdefault(section, {})
        values[f"embedded_{section}"] = not members.get("url")
        if not members.get("url") and running.get(section):
            members["url"] = running[section]


def read_sources(
    *, root: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the merged raw values and, per `section.key`, the source that set it."""
    base = root or find_root() or Path.cwd()
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in ("config.toml", "config.local.toml"):
        _merge(values, sources, _read_toml(base / name), name)
    _merge(values, sources, _read_environment(os.environ if environ is None else environ), "environment")
    return values, sources


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} is not valid TOML: {error}") from error
    for section, key in _SECRET_FIELDS:
        if isinstance(found.get(section), dict) and found[section].get(key):
            variable = f"{PREFIX}{section.upper()}__{key.upper()}"
            raise SettingsError(
                f"{path.name}: {section}.{key} is a secret; set {variable} in the environment instead"
            )
    return found


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        parts = name[len(PREFIX) :].lower().split("__")
        target = found
        for part in parts[:-1]:
            target = target.setdefault(part, {})
        target[parts[-1]] = _parse(value)
    return found


def _parse(value: str) -> Any:
    """Read lists, tables, numbers and booleans as JSON; everything else is text."""
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _merge(values: dict[str, Any], sources: dict[str, str], fresh: dict[str, Any], source: str) -> None:
    for section, members in fresh.items():
        _known(section, SECTIONS, f"[{section}]", source)
        if not isinstance(members, dict):
            raise SettingsError(f"{source}: {section} must be a section with keys")
        known = SECTIONS[section].model_fields
        for key, value in members.items():
            _known(key, known, f"{section}.{key}", source)
            values.setdefault(section, {})[key] = value
            sources[f"{section}.{key}"] = source


def _known(name: str, valid: Mapping[str, Any], shown: str, source: str) -> None:
    if name in valid:
        return
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(valid))}"
    raise SettingsError(f"{source}: {shown} is not a setting{hint}")


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where} has a value that cannot be used: {first['msg']}"


def _default_data_dir(root: Path | None) -> Path:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root is not None and not (as_root and _closed_to_others(root)):
        return root / ".data"
    if as_root:
        return Path("/var/lib/infinite-scribe")
    return Path(platformdirs.user_data_dir("infinite-scribe", appauthor=False))


def _closed_to_others(folder: Path) -> bool:
    """Started as root, PostgreSQL runs as a user of its own, who must be able to reach the data folder."""
    return not all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))
