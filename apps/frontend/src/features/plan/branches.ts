import type { Issue } from './lint';

const FIELDS = [
  'one_line',
  'purpose',
  'summary',
  'goal',
  'conflict',
  'turn',
  'must_include',
] as const;
type Field = (typeof FIELDS)[number] | 'other';

/** A field of the plan as its words are kept. */
export const fieldKey = (field: string): Field => FIELDS.find((one) => one === field) ?? 'other';

const nameOf = (issue: Issue) => JSON.stringify([issue.code, issue.where.id, issue.why]);

/** The faults that a branch brings, and those it takes away. */
export function difference(
  plan: readonly Issue[],
  branch: readonly Issue[],
): { worse: Issue[]; better: Issue[] } {
  const now = new Set(plan.map(nameOf));
  const then = new Set(branch.map(nameOf));
  return {
    worse: branch.filter((issue) => !now.has(nameOf(issue))),
    better: plan.filter((issue) => !then.has(nameOf(issue))),
  };
}
