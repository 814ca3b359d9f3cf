"""Conditions over many values as one parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def one_of(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of some values.

    They are one array, so that the statement is the same however many there are, and is prepared once; `in_` makes a
    parameter of each.
    """
    return column == any_(literal(list(dict.fromkeys(values)), ARRAY(column.type)))
