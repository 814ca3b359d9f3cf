"""Names of people, by culture: nobody's stock, no letter twice, no name of the cast for somebody new."""

from collections.abc import Sequence

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.en import lexicon


def culture_of(name: str, chance: Chance) -> dict[str, list[str]]:
    """The culture that a first name belongs to; any other where it is in none."""
    rows: dict[str, dict[str, list[str]]] = lexicon.table("premise")["cultures"]
    first = name.split(maxsplit=1)[0] if name else ""
    return next((row for row in rows.values() if first in row["she"] + row["he"]), None) or chance.pick(
        list(rows.values())
    )


def new_name(
    culture: dict[str, list[str]], gender: str, used: set[str], chance: Chance, cast: Sequence[str]
) -> str:
    """A first and a family name that nobody of the cast bears; its first letter is added to `used`."""
    parts = {part for name in cast for part in name.split()}
    pool = [item for item in culture[gender] if item[:1] not in used and item not in parts]
    first = chance.pick(pool or [item for item in culture[gender] if item not in parts] or culture[gender])
    used.add(first[:1])
    families = [item for item in culture["family"] if item not in parts] or culture["family"]
    return f"{first} {chance.pick(families)}"
