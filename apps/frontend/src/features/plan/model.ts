import type { NovelTree, PlanRead } from '@/shared/api/types';

export type PlannedScene = PlanRead['cards'][number];
export type SceneCard = NonNullable<PlannedScene['card']>;

/** The sentences of a scene card, in the order they are read and edited. */
export const CARD_FIELDS = ['summary', 'goal', 'conflict', 'turn'] as const;

export const OUTCOMES = ['yes', 'no', 'yes_but', 'no_and'] as const;

/** What a card asks for in words; a fact is told by its sentence where the card holds one. */
export function asksOf(asks: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return asks.flatMap(({ text }) => (typeof text === 'string' && text !== '' ? [text] : []));
}

type Status = 'empty' | 'outline' | 'draft' | 'done';

export interface OutlineLine {
  id: string;
  number: number;
  title: string;
  oneLine: string | null;
  words: number;
  status: Status;
}

const STATUSES: readonly Status[] = ['empty', 'outline', 'draft', 'done'];

/** One line per chapter: titles and lines from the plan, words from the text. */
export function outline(plan: PlanRead | undefined, tree: NovelTree | undefined): OutlineLine[] {
  const planned = new Map(plan?.chapters.map((chapter) => [chapter.id, chapter]));
  const written = tree?.parts.flatMap((part) => part.chapters) ?? [];
  const counts = new Map(written.map((chapter) => [chapter.id, chapter.words]));
  const source = written.length > 0 ? written : (plan?.chapters ?? []);
  return source.map((chapter) => {
    const words = counts.get(chapter.id) ?? 0;
    const oneLine = planned.get(chapter.id)?.one_line || chapter.one_line || null;
    const told = STATUSES.find((status) => status === chapter.status);
    const seen: Status = words > 0 ? 'draft' : oneLine ? 'outline' : 'empty';
    return {
      id: chapter.id,
      number: chapter.number,
      title: chapter.title || (planned.get(chapter.id)?.title ?? ''),
      oneLine,
      words,
      status: told === 'done' ? 'done' : seen,
    };
  });
}

/** The sentence that says what the story is, when the concept has one. */
export function premiseOf(plan: PlanRead | undefined): string | null {
  const concept = plan?.concept as Record<string, unknown> | null | undefined;
  for (const member of ['logline', 'premise', 'idea']) {
    const text = concept?.[member];
    if (typeof text === 'string' && text !== '') return text;
  }
  return null;
}
