"""Run every rule over a source folder; exit 1 when one is broken."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from lint import commits, environment, instants, logging, size
from lint.rule import Rule, Source

RULES: dict[str, Rule] = {
    "size": size.check,
    "environment": environment.check,
    "logging": logging.check,
    "instants": instants.check,
    "commits": commits.check,
}


def read(path: Path, package: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    module = ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__")
    return Source(path, module, text, ast.parse(text, str(path)))


def breaches(folder: Path) -> list[str]:
    """Return one line per breach below `folder`."""
    package = folder / "infinite_scribe"
    found = []
    for path in sorted(package.rglob("*.py")):
        if {"_migrations", "webapp"} & set(path.parts):
            continue
        source = read(path, package)
        for name, rule in RULES.items():
            found += [f"{path}:{breach.line}: {name}: {breach.sentence}" for breach in rule(source)]
    return found


def main() -> int:
    found = breaches(Path(sys.argv[1]))
    for line in found:
        print(line)
    print(f"{len(RULES)} rules, {len(found)} breaches")
    return 1 if found else 0


sys.exit(main())
