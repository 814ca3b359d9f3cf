"""`infinite-scribe settings`: every value in force and where it came from, secrets hidden."""

from __future__ import annotations

from pydantic import SecretStr

from infinite_scribe.core.settings import load_settings
from infinite_scribe.core.settings.loading import SECTIONS, read_sources


def show() -> None:
    """Print the settings in force with their sources; secrets are hidden."""
    settings = load_settings()
    _, sources = read_sources()
    for section in SECTIONS:
        print(f"[{section}]")
        members = getattr(settings, section)
        for key in type(members).model_fields:
            value = getattr(members, key)
            shown = "(hidden)" if isinstance(value, SecretStr) else "(not set)" if value is None else value
            print(f"  {key} = {shown}   # {sources.get(f'{section}.{key}', 'default')}")
        print()
    print(f"# data folder in force: {settings.data_dir}")
