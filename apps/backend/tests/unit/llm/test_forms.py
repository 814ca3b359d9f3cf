"""Forms as they go over a wire."""

from typing import Any

import pytest

from infinite_scribe.llm.adapters.forms import on_the_wire


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        (r"^B\d{1,3}$", "^B[0-9]{1,3}$"),
        (r"^[\d_]+(\.\d)?$", r"^[0-9_]+(\.[0-9])?$"),
        (r"^\\d$", r"^\\d$"),
        (r"^[a\]\d]$", r"^[a\]0-9]$"),
        (r"^[A-Z][0-9]$", r"^[A-Z][0-9]$"),
    ],
)
def test_digits_go_out_as_a_range(pattern: str, plain: str) -> None:
    assert on_the_wire({"type": "string", "pattern": pattern}) == {"type": "string", "pattern": plain}


def test_all_else_stays_and_the_given_form_is_not_changed() -> None:
    schema: dict[str, Any] = {
        "$defs": {"One": {"properties": {"pattern": {"type": "string", "pattern": r"^Q\d$"}}}},
        "properties": {"ones": {"type": "array", "items": {"$ref": "#/$defs/One"}, "maxItems": 3}},
        "required": ["ones"],
        "title": r"\d",
    }
    sent = on_the_wire(schema)
    assert sent["$defs"]["One"]["properties"]["pattern"] == {"type": "string", "pattern": "^Q[0-9]$"}
    assert schema["$defs"]["One"]["properties"]["pattern"]["pattern"] == r"^Q\d$"
    assert {**sent, "$defs": 0} == {**schema, "$defs": 0}
