"""What a local model read in the test of its connection, when it is too slow for more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infinite_scribe.core.ids import new_id
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Adapter, Dial, Finished, TextPiece
from infinite_scribe.llm.findings import Findings
from infinite_scribe.llm.trials import Trials
from infinite_scribe.providers.capabilities import context_of
from infinite_scribe.providers.service import EndpointFacts


class Slow(Adapter):
    """Answers short questions; longer ones take longer than it is given."""

    def __init__(self, most: int) -> None:
        self.most = most

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        if count_tokens(dial.messages[-1].text) > self.most:
            raise TimeoutError
        yield TextPiece("CORMORANT-41")
        yield Finished("stop")


@pytest.mark.parametrize(("most", "said"), [(6_000, "reads_slowly"), (1_000, "silent")])
async def test_the_length_that_was_read_counts_when_a_longer_one_takes_too_long(most: int, said: str) -> None:
    endpoint = EndpointFacts(new_id(), None, "openai_compatible", "near", "", True, True, 0, (), {})
    found = Findings()
    await Trials(endpoint, "some-model", Slow(most), None, found).run()
    (line,) = [one for one in found.lines if one.check == "context"]
    assert line.said == said
    if said == "silent":
        assert not line.ok
        return
    assert line.ok
    assert line.values["seconds"] == 60
    read, longer = int(line.values["tokens"]), int(line.values["longer"])
    assert 3_000 < read < 5_000 < longer < 9_000
    assert context_of(found.profile, local=True) == read
