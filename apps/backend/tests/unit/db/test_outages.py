from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from infinite_scribe.db.sql.outages import passes_by_itself


class SaidError(Exception):
    """What a driver raised."""

    def __init__(self, sqlstate: str | None, cause: Exception | None = None) -> None:
        super().__init__("said")
        self.sqlstate, self.__cause__ = sqlstate, cause


def failed(sqlstate: str | None = None, cause: Exception | None = None, *, lost: bool = False) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, SaidError(sqlstate, cause), connection_invalidated=lost)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (TimeoutError(), True),
        (ConnectionResetError(), True),
        (PoolTimeoutError(), True),
        (failed("57014"), True),
        (failed("25P03"), True),
        (failed("40P01"), True),
        (failed("08006"), True),
        (failed("23505", lost=True), True),
        (failed(None, asyncpg.InternalClientError("cannot switch to state 12")), True),
        (failed("23505"), False),
        (failed("57999"), False),
        (failed(None), False),
        (ValueError(), False),
    ],
)
def test_only_what_passes_by_itself_is_tried_again(error: Exception, passes: bool) -> None:
    assert passes_by_itself(error) is passes
