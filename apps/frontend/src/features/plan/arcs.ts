import type { PlanRead } from '@/shared/api/types';

export type PlannedArc = NonNullable<PlanRead['arcs']>[number];

/** Chapters that stand behind one another in the same arc; `arc` is null where they lie in none. */
export interface Band<T> {
  readonly arc: PlannedArc | null;
  readonly from: number;
  readonly to: number;
  readonly chapters: readonly T[];
}

/** The arc of a chapter: the one that it names, else the narrowest in whose span its middle lies. */
export function arcOf(plan: PlanRead | undefined, chapter: string): PlannedArc | null {
  const arcs = plan?.arcs ?? [];
  const at = plan?.chapters.findIndex(({ id }) => id === chapter) ?? -1;
  const planned = plan?.chapters[at];
  if (!plan || !planned) return null;
  const named = arcs.find(({ id }) => id === planned.arc_id);
  if (named) return named;
  const middle = (at + 0.5) / plan.chapters.length;
  const width = (arc: PlannedArc) => arc.span_to - arc.span_from;
  return (
    arcs
      .filter((arc) => arc.span_from <= middle && (middle < arc.span_to || arc.span_to >= 1))
      .sort((a, b) => width(a) - width(b))[0] ?? null
  );
}

/** Chapters in reading order, cut where another arc begins. */
export function bands<T extends { readonly id: string }>(
  plan: PlanRead | undefined,
  chapters: readonly T[],
): readonly Band<T>[] {
  const found: Band<T>[] = [];
  chapters.forEach((chapter, index) => {
    const arc = arcOf(plan, chapter.id);
    const last = found.at(-1);
    if (last && last.arc?.id === arc?.id) {
      found[found.length - 1] = { ...last, to: index + 1, chapters: [...last.chapters, chapter] };
    } else {
      found.push({ arc, from: index + 1, to: index + 1, chapters: [chapter] });
    }
  });
  return found;
}

/** Kinds of the turning points of an arc that have one of these chapters, in their order. */
export function turnsAt(arc: PlannedArc, chapter: string): readonly string[] {
  return (arc.turning_points ?? [])
    .filter((turn) => turn.chapter_id === chapter)
    .map(({ kind }) => kind);
}

export const TURNS = [
  'inciting',
  'threshold',
  'midpoint',
  'crisis',
  'climax',
  'resolution',
] as const;
type Turn = (typeof TURNS)[number];

/** Whether the interface has a word for a kind of turning point. */
export const isTurn = (kind: string): kind is Turn => TURNS.some((turn) => turn === kind);

export const MOST_CHAPTERS = 100;

/** What further chapters are planned with; null while the number of chapters is none. */
export function outlineWish(
  far: 'some' | 'end',
  typed: string,
  arc: string,
  instruction: string,
): Record<string, number | string> | null {
  const count = Number(typed);
  const wrong = !Number.isInteger(count) || count < 1 || count > MOST_CHAPTERS;
  if (far === 'some' && wrong) return null;
  const words = instruction.trim();
  return {
    ...(far === 'some' ? { chapters: count } : { until: 'end' }),
    ...(arc ? { arc } : {}),
    ...(words ? { instruction: words } : {}),
  };
}
