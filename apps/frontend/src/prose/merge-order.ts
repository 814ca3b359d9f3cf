/**
 * Merges the order of three lists of ids. `theirs` is the ground; what `mine` inserted, moved or
 * deleted is done to it. A deleted id stays when `keeps` says that the other side edited it.
 */
export function mergeOrder(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
  keeps: { mine: ReadonlySet<string>; theirs: ReadonlySet<string> },
): string[] {
  const inBase = new Set(base);
  const inMine = new Set(mine);
  const inTheirs = new Set(theirs);
  const moved = movedIds(base, mine);

  const ground = theirs.filter((id) => {
    const goneHere = inBase.has(id) && !inMine.has(id);
    return (!goneHere || keeps.theirs.has(id)) && !moved.has(id);
  });
  const placed = new Set(ground);
  for (const [index, id] of mine.entries()) {
    if (placed.has(id)) continue;
    const goneThere = inBase.has(id) && !inTheirs.has(id);
    if (goneThere && !keeps.mine.has(id)) continue;
    const before = mine.slice(0, index).findLast((candidate) => placed.has(candidate));
    let at = before === undefined ? 0 : ground.indexOf(before) + 1;
    // What the other side inserted at the same spot stays in front, on both devices alike.
    while (at < ground.length && isInsertedThere(ground[at], inBase, inMine)) at += 1;
    ground.splice(at, 0, id);
    placed.add(id);
  }
  return ground;
}

const isInsertedThere = (id: string | undefined, inBase: Set<string>, inMine: Set<string>) =>
  id !== undefined && !inBase.has(id) && !inMine.has(id);

/** The ids `next` keeps but has put elsewhere: those outside the longest run kept in order. */
function movedIds(base: readonly string[], next: readonly string[]): Set<string> {
  const place = new Map(base.map((id, index) => [id, index]));
  const kept = next.filter((id) => place.has(id));
  const order = kept.map((id) => place.get(id) ?? 0);
  const stays = new Set(longestRising(order).map((index) => kept[index]));
  return new Set(kept.filter((id) => !stays.has(id)));
}

function longestRising(values: readonly number[]): number[] {
  const tails: number[] = [];
  const before = new Array<number>(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const run: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) run.unshift(at);
  return run;
}
