import type { NovelTree, RunRead } from '@/shared/api/types';

export const LENSES = ['structure', 'character', 'stakes', 'pacing', 'dialogue', 'prose'] as const;
export const KINDS = ['strong', 'weak', 'question'] as const;
type Lens = (typeof LENSES)[number];
type Kind = (typeof KINDS)[number];

/** A remark on a chapter with the words of the text that show it. */
export interface Note {
  readonly kind: Kind;
  readonly lens: Lens;
  readonly text: string;
  readonly quote: string;
  readonly scene: string;
  readonly pid: string;
}

export interface Feedback {
  readonly run: string;
  readonly at: string;
  readonly notes: readonly Note[];
  readonly dropped: number;
  readonly demo: boolean;
}

const isNote = (value: unknown): value is Note => {
  const one = value as Partial<Note> | null;
  return (
    typeof one === 'object' &&
    one !== null &&
    KINDS.includes(one.kind as Kind) &&
    LENSES.includes(one.lens as Lens) &&
    [one.text, one.quote, one.scene, one.pid].every((part) => typeof part === 'string')
  );
};

/** The newest feedback on a chapter among the runs of its book. */
export function feedbackOf(runs: readonly RunRead[], chapter: string): Feedback | null {
  for (const run of runs) {
    const result = (run.result ?? {}) as Record<string, unknown>;
    if (run.task !== 'editor.feedback' || run.state !== 'completed') continue;
    if (result.chapter !== chapter || !Array.isArray(result.notes)) continue;
    return {
      run: run.id,
      at: run.finished_at ?? run.created_at,
      notes: result.notes.filter(isNote),
      dropped: typeof result.dropped === 'number' ? result.dropped : 0,
      demo: run.demo,
    };
  }
  return null;
}

export interface ChapterStop {
  readonly id: string;
  readonly number: number;
  readonly title: string;
}

/** The chapters that hold any text, in reading order. */
export const writtenChapters = (tree: NovelTree | undefined): ChapterStop[] =>
  (tree?.parts.flatMap((part) => part.chapters) ?? [])
    .filter((chapter) => chapter.scenes.some((scene) => scene.words > 0))
    .map(({ id, number, title }) => ({ id, number, title }));
