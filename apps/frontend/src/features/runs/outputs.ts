import * as z from 'zod/mini';
import type { StepRead } from '@/shared/api/types';

const said = z.looseObject({ en: z.optional(z.string()), zh: z.optional(z.string()) });
const faultSchema = z.looseObject({
  rule: z.string(),
  severity: z.optional(z.string()),
  where: z.optional(z.string()),
  why: said,
  scope: z.optional(z.string()),
  round: z.optional(z.number()),
});
const pickSchema = z.looseObject({
  alt: z.number(),
  of: z.number(),
  why: z.string(),
  plans: z.array(
    z.looseObject({
      alt: z.number(),
      faults: z.array(z.looseObject({ rule: z.string(), why: said })),
      critiques: z.array(z.looseObject({ problem: z.string() })),
    }),
  ),
});
const cardSchema = z.looseObject({
  title: z.string(),
  goal: z.optional(z.nullable(z.string())),
  conflict: z.optional(z.nullable(z.string())),
  turn: z.optional(z.nullable(z.string())),
});

const chapterSchema = z.looseObject({
  number: z.number(),
  title: z.string(),
  one_line: z.optional(z.string()),
});

type Said = z.infer<typeof said>;
type Found = z.infer<typeof faultSchema>;
/** A fault of a plan, and what became of it: repaired, standing, or the reason why a change was not made. */
export type Fault = Found & { readonly fate: 'repaired' | 'stands' | 'refused' };
export type Taken = z.infer<typeof pickSchema>;
export type PlannedCard = z.infer<typeof cardSchema>;
export type PlannedChapter = z.infer<typeof chapterSchema>;

export interface Outputs {
  readonly faults: readonly Fault[];
  readonly pick: Taken | null;
  readonly cards: readonly PlannedCard[];
  readonly chapters: readonly PlannedChapter[];
}

/** The last round of repair; what is still found in it is not repaired again. */
const LAST_ROUND = 2;

/** A reason in the language of the interface. */
export const inWords = (why: Said, language: string): string =>
  (language.startsWith('zh') ? why.zh : why.en) ?? why.en ?? '';

const nameOf = ({ rule, where, why }: Found) => `${rule}:${where ?? ''}:${why.en ?? ''}`;

/** The round whose plan was taken: the one with the fewest errors, the later one of two. */
function takenOf(rounds: ReadonlyMap<number, readonly Found[]>): readonly Found[] {
  if (!rounds.has(LAST_ROUND)) return [];
  const weight = (found: readonly Found[]) =>
    found.filter(({ severity }) => severity === 'error').length * 100 + found.length;
  return [...rounds]
    .toSorted(([a], [b]) => b - a)
    .map(([, found]) => found)
    .reduce((best, found) => (weight(found) < weight(best) ? found : best));
}

/** What a step made that its author reads; each fault once, with what became of it. */
export function outputsOf(step: Pick<StepRead, 'outputs'>): Outputs {
  const of = (kind: string) =>
    (step.outputs ?? [])
      .filter((one) => one.kind === kind)
      .toSorted((a, b) => a.index - b.index)
      .map(({ value }) => value);
  const parsed = <T>(
    schema: { safeParse: (value: unknown) => { success: boolean; data?: T } },
    kind: string,
  ) =>
    of(kind).flatMap((value) => {
      const { success, data } = schema.safeParse(value);
      return success && data !== undefined ? [data] : [];
    });
  const found = parsed<Found>(faultSchema, 'finding');
  const rounds = new Map<number, Found[]>();
  for (const one of found) {
    if (one.round !== undefined) rounds.set(one.round, [...(rounds.get(one.round) ?? []), one]);
  }
  const standing = new Set(takenOf(rounds).map(nameOf));
  const faults = new Map<string, Fault>();
  for (const one of found) {
    const stands = one.round === undefined || standing.has(nameOf(one));
    const fate = one.scope === 'replan' ? 'refused' : stands ? 'stands' : 'repaired';
    faults.set(nameOf(one), { ...one, fate });
  }
  return {
    faults: [...faults.values()],
    pick: parsed<Taken>(pickSchema, 'pick')[0] ?? null,
    cards: parsed<PlannedCard>(cardSchema, 'scene_card'),
    chapters: parsed<PlannedChapter>(chapterSchema, 'outline_line'),
  };
}
