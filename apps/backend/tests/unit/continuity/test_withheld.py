"""What a scene ends in is what it may tell: by the entry, or by the value itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from infinite_scribe.canon.schemas import FactRead
from infinite_scribe.continuity.withheld import _fits

TOMAS, INES = UUID(int=1), UUID(int=2)


def fact(predicate: str, object_id: UUID | None = None, value: dict[str, Any] | None = None) -> FactRead:
    members: dict[str, Any] = {
        "subject_id": TOMAS, "predicate": predicate, "object_id": object_id, "value": value,
    }  # fmt: skip
    return FactRead.model_construct(**members)


@pytest.mark.parametrize(
    ("held", "o", "fits"),
    [
        (fact("life_state", value={"text": "dead"}), "dead", True),
        (fact("life_state", value={"text": "dead"}), "alive", False),
        (fact("height_cm", value={"number": 180}), "180", True),
        (fact("spouse_of", INES), str(INES), True),
        (fact("spouse_of", INES), str(TOMAS), False),
        (fact("spouse_of", INES), None, True),
    ],
)
def test_what_a_scene_ends_in_may_be_told_in_it(held: FactRead, o: str | None, fits: bool) -> None:
    assert _fits({"s": str(TOMAS), "p": held.predicate, "o": o}, held) is fits
