"""Which sentences of a passage stay when it has to come to a length: a choice among all, not a cut at its end."""

from collections.abc import Iterable, Sequence

#: Sentences times words from which the choice is made by halves of the passage.
MOST_WORK = 400_000


def kept(
    counts: Sequence[int], fixed: Iterable[int], target: int, *, without: int | None = None
) -> list[int]:
    """The places of the sentences whose lengths come nearest to `target`; `fixed` ones stay, `without` goes.

    Of equal sums the one with more sentences wins, so that little is lost of much.
    """
    stays = set(fixed)
    free = [at for at in range(len(counts)) if at not in stays and at != without]
    if len(free) * max(target, 1) > MOST_WORK:
        half = len(counts) // 2
        share = round(target * sum(counts[:half]) / max(1, sum(counts)))
        first = kept(counts[:half], [at for at in stays if at < half], share)
        rest = kept(counts[half:], [at - half for at in stays if at >= half], target - share)
        return [*first, *(at + half for at in rest)]
    base = sum(counts[at] for at in stays)
    sums: dict[int, int] = {base: 0}
    most = round(target * 1.2) + 1
    for at in free:
        for total, mask in list(sums.items()):
            new = total + counts[at]
            if new <= most and (new not in sums or mask.bit_count() >= sums[new].bit_count()):
                sums[new] = mask | (1 << at)
    best = min(sums, key=lambda total: (abs(total - target), -sums[total].bit_count(), total))
    mask = sums[best]
    return sorted([*stays, *(at for at in free if mask >> at & 1)])


def holders(sentences: Sequence[str], names: Iterable[str]) -> set[int]:
    """For each name the first sentence that holds it: without these a name would be gone."""
    return {
        at
        for name in names
        if name and (at := next((n for n, one in enumerate(sentences) if name in one), -1)) >= 0
    }
