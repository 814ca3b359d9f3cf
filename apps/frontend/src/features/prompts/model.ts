import type { PromptBrief, PromptRead, Whose, Wording } from './types';

const VARIABLE = /\{\{\s*([^{}\n]*?)\s*\}\}/gu;

export interface Segment {
  readonly text: string;
  /** The variable that this stretch stands for; null for plain words. */
  readonly variable: string | null;
}

/** A wording in stretches: plain words, and variables as they are written. */
export function segmentsOf(text: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), variable: null });
    found.push({ text: match[0], variable: match[1] ?? '' });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), variable: null });
  return found;
}

/** The names that stand between double braces, each once. */
export const variablesOf = (...texts: readonly string[]): string[] => [
  ...new Set(
    texts.flatMap((text) =>
      segmentsOf(text).flatMap((one) => (one.variable === null ? [] : [one.variable])),
    ),
  ),
];

export interface Misfit {
  readonly unknown: readonly string[];
  readonly missing: readonly string[];
}

/** How the variables of a wording differ from those it must hold: the same rule as the server's. */
export function misfitOf(wanted: readonly string[], { system, task }: Wording): Misfit {
  const used = variablesOf(system, task);
  return {
    unknown: used.filter((one) => !wanted.includes(one)).sort(),
    missing: wanted.filter((one) => !used.includes(one)),
  };
}

export interface Inserted {
  readonly text: string;
  readonly caret: number;
}

/** A variable set in where the caret stands; a selection gives way to it. */
export function withVariable(text: string, name: string, from: number, to: number): Inserted {
  const chip = `{{${name}}}`;
  return { text: text.slice(0, from) + chip + text.slice(to), caret: from + chip.length };
}

/** The wording that is in force here: what one sees, and what agents are given. */
export function wordingOf(prompt: PromptRead): Wording {
  const { system, task } =
    prompt.source === 'novel'
      ? (prompt.novel ?? prompt.shipped)
      : prompt.source === 'mine'
        ? (prompt.mine ?? prompt.shipped)
        : prompt.shipped;
  return { system, task };
}

/** The wording saved in this very place; null where there is none. */
export const ownOf = (prompt: PromptRead, whose: Whose) =>
  (whose === null ? prompt.mine : prompt.novel) ?? null;

export const sameWording = (one: Wording, other: Wording) =>
  one.system === other.system && one.task === other.task;

export interface PromptGroup {
  readonly agent: string;
  readonly prompts: readonly PromptBrief[];
}

/** Prompts by their agent, agents in the order of the work. */
export function byAgent(prompts: readonly PromptBrief[]): PromptGroup[] {
  const order = ['worldsmith', 'director', 'writer', 'editor', 'librarian'];
  const groups = new Map<string, PromptBrief[]>();
  for (const one of prompts) groups.set(one.agent, [...(groups.get(one.agent) ?? []), one]);
  const rank = (agent: string) => (order.indexOf(agent) + order.length + 1) % (order.length + 1);
  return [...groups]
    .map(([agent, list]) => ({ agent, prompts: list }))
    .sort((one, other) => rank(one.agent) - rank(other.agent));
}
