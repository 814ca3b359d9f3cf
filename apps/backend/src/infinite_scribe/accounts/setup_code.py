"""The one-time code that proves a set-up from another machine comes from whoever started the platform.

It lies in ``<data folder>/run/setup-code`` (mode 0600) while nobody has set the library up; the start prints it.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class SetupCode:
    """The file of one data folder."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path) -> SetupCode:
        return cls(data_dir / "run" / "setup-code")

    def renew(self) -> str:
        """Write and return a fresh code; the former one is worth nothing any more."""
        code = base64.b32encode(secrets.token_bytes(5)).decode("ascii")[:CHARACTERS]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".setup-code.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(code)
        fresh.replace(self.path)
        return code

    def matches(self, given: str | None) -> bool:
        """Whether this is the code of the present start."""
        try:
            code = self.path.read_text(encoding="ascii").strip()
        except OSError:
            return False
        wanted = (given or "").strip().upper().replace("-", "").replace(" ", "")
        return bool(code) and hmac.compare_digest(code.encode(), wanted.encode("utf-8", "replace"))

    def discard(self) -> None:
        """The library is set up: no code opens anything any more."""
        self.path.unlink(missing_ok=True)
