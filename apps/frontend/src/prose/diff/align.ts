import { words } from '@/shared/text/segment';

/** One row of two aligned lists; an index is null where the other side has nothing to match. */
export interface Pair {
  readonly base: number | null;
  readonly next: number | null;
}

const GAP = 0.3;

/**
 * Aligns two lists of paragraphs by likeness, in order. A pair that shares too few words is not a
 * pair: one went, another came.
 */
export function alignParagraphs(base: string[], next: string[], language: string): Pair[] {
  if (base.length === 1 && next.length === 1) return [{ base: 0, next: 0 }];
  const baseBags = base.map((text) => bagOf(text, language));
  const nextBags = next.map((text) => bagOf(text, language));
  const width = next.length + 1;
  const score = new Float64Array((base.length + 1) * width);
  const likeness = (i: number, j: number) => dice(baseBags[i], nextBags[j]);
  for (let i = base.length - 1; i >= 0; i -= 1) {
    for (let j = next.length - 1; j >= 0; j -= 1) {
      const pair = likeness(i, j) - GAP + (score[(i + 1) * width + j + 1] ?? 0);
      const skip = Math.max(score[(i + 1) * width + j] ?? 0, score[i * width + j + 1] ?? 0);
      score[i * width + j] = Math.max(pair, skip);
    }
  }
  const rows: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < base.length && j < next.length) {
    const here = score[i * width + j] ?? 0;
    const pair = likeness(i, j) - GAP + (score[(i + 1) * width + j + 1] ?? 0);
    if (likeness(i, j) > GAP && pair >= here - 1e-9) rows.push({ base: i++, next: j++ });
    else if ((score[(i + 1) * width + j] ?? 0) >= here - 1e-9) rows.push({ base: i++, next: null });
    else rows.push({ base: null, next: j++ });
  }
  while (i < base.length) rows.push({ base: i++, next: null });
  while (j < next.length) rows.push({ base: null, next: j++ });
  return pairNeighbours(rows);
}

/** A run of lost paragraphs beside a run of new ones reads best as replaced one by one. */
function pairNeighbours(rows: Pair[]): Pair[] {
  const result: Pair[] = [];
  let gone: number[] = [];
  let come: number[] = [];
  const flush = () => {
    const both = Math.min(gone.length, come.length);
    for (let n = 0; n < both; n += 1) result.push({ base: gone[n] ?? null, next: come[n] ?? null });
    for (const base of gone.slice(both)) result.push({ base, next: null });
    for (const next of come.slice(both)) result.push({ base: null, next });
    gone = [];
    come = [];
  };
  for (const row of rows) {
    if (row.base !== null && row.next !== null) {
      flush();
      result.push(row);
    } else if (row.base !== null) gone.push(row.base);
    else if (row.next !== null) come.push(row.next);
  }
  flush();
  return result;
}

function bagOf(text: string, language: string): Map<string, number> {
  const bag = new Map<string, number>();
  for (const word of words(text.toLowerCase(), language)) {
    if (/[\p{L}\p{N}]/u.test(word)) bag.set(word, (bag.get(word) ?? 0) + 1);
  }
  return bag;
}

function dice(
  one: Map<string, number> | undefined,
  other: Map<string, number> | undefined,
): number {
  if (!one || !other) return 0;
  let shared = 0;
  for (const [word, count] of one) shared += Math.min(count, other.get(word) ?? 0);
  const total = [...one.values(), ...other.values()].reduce((sum, count) => sum + count, 0);
  return total === 0 ? 1 : (2 * shared) / total;
}
