import type { Anchor, FactWish, PredicateView } from './types';
import { objectKinds } from './model';

/** What the form holds: another entry, or words. */
export interface FactValue {
  readonly object: string;
  readonly text: string;
  /** What the registry asks for beside the value, as typed. */
  readonly qualifier: Readonly<Record<string, string>>;
}

export const emptyValue: FactValue = { object: '', text: '', qualifier: {} };

/** Types of values that are written into a field. */
const WORDS: readonly string[] = ['text', 'colour', 'number'];
/** Qualifiers that are figures. */
const FIGURES: readonly string[] = ['strength', 'km', 'count', 'grade', 'amount'];

/** The anchor of a choice in the form: a scene, or no bound. */
export function anchorOf(choice: string): Anchor | undefined {
  return choice === 'always' || choice === ''
    ? undefined
    : { kind: 'scene', ref: choice, edge: 'start' };
}

export const isNumber = (predicate: PredicateView) => predicate.value_types.includes('number');

/** Whether a predicate is said in words or figures of the author's own. */
export function takesText(predicate: PredicateView): boolean {
  return (
    predicate.choices.length === 0 && predicate.value_types.some((type) => WORDS.includes(type))
  );
}

/** The fact the form describes; null while something is missing or is not a number. */
export function wishOf(
  subject: string,
  predicate: PredicateView,
  value: FactValue,
  from: Anchor | undefined,
  to: Anchor | undefined,
): FactWish | null {
  const bounds = { ...(from ? { valid_from: from } : {}), ...(to ? { valid_to: to } : {}) };
  const qualifier = qualifierOf(value);
  const base = {
    subject_id: subject,
    predicate: predicate.key,
    ...(Object.keys(qualifier).length > 0 ? { qualifier } : {}),
    ...bounds,
  };
  if (value.object !== '') {
    return objectKinds(predicate).length > 0 ? { ...base, object_id: value.object } : null;
  }
  const text = value.text.trim();
  if (text === '') return null;
  if (predicate.choices.length > 0) {
    return predicate.choices.some((one) => one.value === text)
      ? { ...base, value: { text } }
      : null;
  }
  if (isNumber(predicate)) {
    const [, figure = '', unit = ''] = /^(-?\d+(?:[.,]\d+)?)\s*(\D*)$/u.exec(text) ?? [];
    const number = Number(figure.replace(',', '.'));
    if (figure !== '' && Number.isFinite(number)) {
      return { ...base, value: { number, ...(unit.trim() ? { unit: unit.trim() } : {}) } };
    }
    if (!predicate.value_types.some((type) => type !== 'number')) return null;
  }
  return { ...base, value: { text } };
}

function qualifierOf({ qualifier }: FactValue): Record<string, string | number> {
  const filled = Object.entries(qualifier).filter(([, text]) => text.trim() !== '');
  return Object.fromEntries(
    filled.map(([name, text]) => {
      const number = Number(text.replace(',', '.'));
      return [name, FIGURES.includes(name) && Number.isFinite(number) ? number : text.trim()];
    }),
  );
}
