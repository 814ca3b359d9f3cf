import type { Rule, RuleChange, RuleWish, WayWish } from './law-queries';

export const RULE_KINDS = [
  'custom',
  'law',
  'magic',
  'physics',
  'technology',
  'religion',
  'economy',
] as const satisfies readonly RuleWish['category'][];

/** The kinds of entries a law can be about, and how the canon names that. */
export const SCOPES: Readonly<Record<string, NonNullable<RuleWish['scope_kind']>>> = {
  place: 'place',
  faction: 'faction',
  item: 'item',
  character: 'character',
};

export interface RuleFields {
  readonly statement: string;
  readonly hardness: 'hard' | 'soft';
  readonly category: (typeof RULE_KINDS)[number];
  readonly cost: string;
  readonly limits: string;
  /** One a line. */
  readonly examples: string;
  /** The entry it holds for; empty for the whole world. */
  readonly scope: string;
  readonly locked: boolean;
}

export const emptyRule: RuleFields = {
  statement: '',
  hardness: 'hard',
  category: 'custom',
  cost: '',
  limits: '',
  examples: '',
  scope: '',
  locked: false,
};

export function ruleFormOf(rule: Rule): RuleFields {
  return {
    statement: rule.statement,
    hardness: rule.hardness === 'soft' ? 'soft' : 'hard',
    category: RULE_KINDS.find((kind) => kind === rule.category) ?? 'custom',
    cost: rule.cost,
    limits: rule.limits,
    examples: rule.examples.join('\n'),
    scope: rule.scope_id ?? '',
    locked: rule.locked,
  };
}

/** The law as it is written: trimmed, its examples apart, its scope by the kind of its entry. */
export function ruleWish(form: RuleFields, scopeKind: string | undefined): RuleWish {
  const kind = form.scope === '' ? undefined : SCOPES[scopeKind ?? ''];
  return {
    statement: form.statement.trim(),
    hardness: form.hardness,
    category: form.category,
    cost: form.cost.trim(),
    limits: form.limits.trim(),
    examples: form.examples
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    scope_kind: kind ?? 'world',
    scope_id: kind ? form.scope : null,
  };
}

/**
 * What an edit sends. The scope goes along only when another one was chosen: the entry of the present one may be gone
 * or not read yet, and a law that is silent about its scope would hold for the whole world.
 */
export function ruleChange(
  form: RuleFields,
  rule: Rule,
  scopeKind: string | undefined,
): RuleChange {
  const { scope_kind, scope_id, ...words } = ruleWish(form, scopeKind ?? rule.scope_kind);
  const moved = form.scope !== (rule.scope_id ?? '');
  return { ...words, locked: form.locked, ...(moved ? { scope_kind, scope_id } : {}) };
}

export const MODES = [
  'walk',
  'horse',
  'cart',
  'boat',
  'ship',
  'rail',
  'car',
  'air',
  'portal',
  'other',
] as const satisfies readonly WayWish['mode'][];

export const UNITS = ['minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

/** Ticks are minutes of story time; a day has as many as the book's calendar says. */
const ticksIn = (unit: Unit, day: number): number =>
  unit === 'minutes' ? 1 : unit === 'hours' ? 60 : day;

/** A time as one says it: in the largest unit that leaves no more than a half over. */
export function spanOf(ticks: number, day: number): { unit: Unit; count: number } {
  const fits = (unit: Unit) =>
    ticks >= ticksIn(unit, day) && (ticks * 2) % ticksIn(unit, day) === 0;
  const unit: Unit = fits('days') ? 'days' : fits('hours') ? 'hours' : 'minutes';
  return { unit, count: ticks / ticksIn(unit, day) };
}

/** The ticks of what was typed; null when it is no time. */
export function ticksOfSpan(typed: string, unit: Unit, day: number): number | null {
  const number = Number(typed.trim().replace(',', '.'));
  if (typed.trim() === '' || !Number.isFinite(number) || number < 0) return null;
  return Math.round(number * ticksIn(unit, day));
}
