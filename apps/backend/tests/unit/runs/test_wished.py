"""What an author asks for besides is in the price that is told before."""

from __future__ import annotations

from infinite_scribe.runs.schemas.inputs import WriteBookInput
from infinite_scribe.runs.schemas.tasks import TASKS


def tokens(**asked: object) -> int:
    """Return the input tokens that a wish adds to each scene of a book."""
    spec = TASKS["director.write_book"]
    return sum(share.input_tokens for share in spec.wished(WriteBookInput.model_validate(asked)))


def test_further_drafts_and_a_reading_cost_and_one_draft_adds_nothing() -> None:
    assert tokens() == tokens(drafts=1) == 0
    assert 0 < tokens(drafts=2) < tokens(drafts=3)
    assert tokens(drafts=2, read=True) == tokens(drafts=2) + tokens(read=True) > tokens(drafts=2)
