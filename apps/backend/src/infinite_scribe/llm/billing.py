"""Whether a provider's own count of tokens can be true. What cannot be is not booked: our count is. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Finished

# No tokenizer makes more tokens than bytes; providers add some hundred of their own around tools and roles.
OVERHEAD_TOKENS = 1_500
LONGEST_TOKEN_FACTOR = 4
SLACK_TOKENS = 64


def believable(
    end: Finished, sent: Sequence[str], schema: dict[str, Any] | None, answer: str, max_tokens: int
) -> bool:
    """Say whether the usage in `end` is possible for these words and this limit of the answer."""
    told_in, told_out = end.input_tokens or 0, end.output_tokens or 0
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in sent)
    size += len(json.dumps(schema)) if schema else 0
    if told_in < 0 or told_out < 0 or told_in > size + OVERHEAD_TOKENS:
        return False
    if told_out > max_tokens * 1.1 + SLACK_TOKENS or end.cached_tokens + end.cache_write_tokens > told_in:
        return False
    counted_in = sum(count_tokens(text) for text in sent)
    few_in = told_in * LONGEST_TOKEN_FACTOR + SLACK_TOKENS < counted_in
    few_out = told_out * LONGEST_TOKEN_FACTOR + SLACK_TOKENS < count_tokens(answer)
    return not few_in and not few_out
