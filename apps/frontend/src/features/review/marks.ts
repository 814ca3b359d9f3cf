import type { RunRead } from '@/shared/api/types';
import { LENSES } from './notes';

type Criterion = (typeof LENSES)[number];

/** Why a mark is as it is, with words of the text that show it. */
export interface Reason {
  readonly text: string;
  readonly quote: string;
  readonly scene: string;
  readonly pid: string;
}

/** How far a chapter does what a criterion asks, from 0 to 20. */
export interface Mark {
  readonly criterion: Criterion;
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface Marks {
  readonly at: string;
  readonly marks: readonly Mark[];
  readonly unmarked: readonly Criterion[];
  readonly dropped: number;
  readonly untried: boolean;
  /** Criteria at which a model that was tried at others was not. */
  readonly opinions: readonly Criterion[];
  readonly demo: boolean;
}

type Found = Record<string, unknown>;
const isFound = (value: unknown): value is Found => typeof value === 'object' && value !== null;
const isCriterion = (value: unknown): value is Criterion => LENSES.includes(value as Criterion);

const isReason = (value: unknown): value is Reason =>
  isFound(value) &&
  [value.text, value.quote, value.scene, value.pid].every((part) => typeof part === 'string');

function markOf(value: unknown): Mark[] {
  if (!isFound(value) || !isCriterion(value.criterion) || typeof value.score !== 'number')
    return [];
  const reasons = Array.isArray(value.reasons) ? value.reasons.filter(isReason) : [];
  return [{ criterion: value.criterion, score: value.score, reasons }];
}

/** What trust in the model does not cover; a reading that failed besides says nothing of it. */
function trustOf(missed: unknown): Pick<Marks, 'untried' | 'opinions'> {
  const told = (Array.isArray(missed) ? missed : [])
    .filter(isFound)
    .filter(({ rule, reason }) => rule === 'judge' && reason === 'uncalibrated');
  const criteria = told.map((one) => (Array.isArray(one.criteria) ? one.criteria : null));
  return {
    untried: criteria.includes(null),
    opinions: criteria.flatMap((some) => some?.filter(isCriterion) ?? []),
  };
}

/** Every reading of a chapter that a run has the marks of: one of its own, or at the end of a chapter it wrote. */
function readingsOf(run: RunRead): Found[] {
  const result = (run.result ?? {}) as Found;
  if (run.task === 'editor.judge') return [result];
  if (run.task === 'director.write_chapter') return [result.read].filter(isFound);
  if (run.task !== 'director.write_book' || !Array.isArray(result.chapters)) return [];
  return result.chapters
    .filter(isFound)
    .map(({ read }) => read)
    .filter(isFound);
}

/** The newest marks of a chapter among the runs of its book. */
export function marksOf(runs: readonly RunRead[], chapter: string): Marks | null {
  for (const run of runs) {
    if (run.state !== 'completed') continue;
    const found = readingsOf(run).find(
      (one) => one.chapter === chapter && Array.isArray(one.marks),
    );
    const marks = (found?.marks as unknown[] | undefined)?.flatMap(markOf) ?? [];
    const unmarked = Array.isArray(found?.unmarked) ? found.unmarked.filter(isCriterion) : [];
    if (!found || marks.length + unmarked.length === 0) continue;
    return {
      at: run.finished_at ?? run.created_at,
      marks,
      unmarked,
      dropped: typeof found.dropped === 'number' ? found.dropped : 0,
      ...trustOf(found.not_evaluated),
      demo: run.demo,
    };
  }
  return null;
}
