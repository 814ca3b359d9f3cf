import type { components } from '@/shared/api/generated/schema';
import type { PlanRead } from '@/shared/api/types';

type Schemas = components['schemas'];
export type Issue = Schemas['PlanIssueRead'];
export type PlanOp = Schemas['PlanOperation'];

/** The repairs that code can work out; one that has no words here is not offered. */
export const FIXES = ['add_plant', 'add_pov_to_cast', 'move_payoff', 'add_reminder'] as const;
export type FixName = (typeof FIXES)[number];

export interface Fix {
  readonly name: FixName;
  readonly op: PlanOp;
}

/** What is wrong with one chapter or one card. */
export function issuesAt(plan: PlanRead | undefined, kind: string, id: string): readonly Issue[] {
  return plan?.lint?.filter((issue) => issue.where.kind === kind && issue.where.id === id) ?? [];
}

/** What is wrong with nothing that stands on the page: concept, arcs, promises, events. */
export function issuesElsewhere(plan: PlanRead): readonly Issue[] {
  const shown = new Set([
    ...plan.chapters.map((chapter) => `chapter/${chapter.id}`),
    ...plan.cards.map((card) => `card/${card.scene_id}`),
  ]);
  return plan.lint?.filter(({ where }) => !shown.has(`${where.kind}/${where.id}`)) ?? [];
}

export function counts(plan: PlanRead): { errors: number; warnings: number } {
  const errors = plan.lint?.filter((issue) => issue.level === 'error').length ?? 0;
  return { errors, warnings: (plan.lint?.length ?? 0) - errors };
}

/** The sentence of an issue in the language of the interface. */
export function whyOf(issue: Issue, locale: string): string {
  return (locale.startsWith('zh') ? issue.why.zh : issue.why.en) ?? issue.why.en ?? issue.code;
}

/** The repairs of an issue that have words. */
export function fixesOf(issue: Issue): readonly Fix[] {
  return issue.fixes.flatMap((given) => {
    const name = FIXES.find((one) => one === given.label);
    return name ? [{ name, op: given as PlanOp }] : [];
  });
}

/** The reasons why checks had too little to judge by, each once. */
export function unjudged(plan: PlanRead): readonly string[] {
  return [...new Set(plan.not_evaluated?.map((one) => one.reason))];
}
