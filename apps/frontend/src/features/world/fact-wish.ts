import type { Anchor, FactWish, PredicateView } from './types';
import { objectKinds } from './model';

/** What the form holds: another entry, or words. */
export interface FactValue {
  readonly object: string;
  readonly text: string;
}

export const emptyValue: FactValue = { object: '', text: '' };

/** The anchor of a choice in the form: a scene, or no bound. */
export function anchorOf(choice: string): Anchor | undefined {
  return choice === 'always' || choice === ''
    ? undefined
    : { kind: 'scene', ref: choice, edge: 'start' };
}

export const isNumber = (predicate: PredicateView) => predicate.ranges.includes('number');

/** Whether a predicate is said in words or figures of the author's own. */
export function takesText(predicate: PredicateView): boolean {
  return (
    predicate.values.length === 0 &&
    predicate.ranges.some((range) => ['text', 'number', 'instant'].includes(range))
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
  const base = { subject_id: subject, predicate: predicate.key, ...bounds };
  if (value.object !== '') {
    return objectKinds(predicate).length > 0 ? { ...base, object_id: value.object } : null;
  }
  const text = value.text.trim();
  if (text === '') return null;
  if (predicate.values.length > 0) {
    return predicate.values.includes(text) ? { ...base, value: { text } } : null;
  }
  if (isNumber(predicate)) {
    const [, figure = '', unit = ''] = /^(-?\d+(?:[.,]\d+)?)\s*(\D*)$/u.exec(text) ?? [];
    const number = Number(figure.replace(',', '.'));
    if (figure !== '' && Number.isFinite(number)) {
      return { ...base, value: { number, ...(unit.trim() ? { unit: unit.trim() } : {}) } };
    }
    if (!predicate.ranges.includes('text')) return null;
  }
  return { ...base, value: { text } };
}
