import type { Rule } from './law-queries';
import { emptyRule, ruleChange, ruleFormOf, ruleWish, spanOf, ticksOfSpan } from './laws';

const DAY = 1_440;

test('a time is said in the largest unit that leaves no more than a half over', () => {
  expect(spanOf(20, DAY)).toEqual({ unit: 'minutes', count: 20 });
  expect(spanOf(90, DAY)).toEqual({ unit: 'hours', count: 1.5 });
  expect(spanOf(100, DAY)).toEqual({ unit: 'minutes', count: 100 });
  expect(spanOf(2_160, DAY)).toEqual({ unit: 'days', count: 1.5 });
  expect(spanOf(0, DAY)).toEqual({ unit: 'minutes', count: 0 });
  expect(spanOf(600, 600)).toEqual({ unit: 'days', count: 1 });
});

test('what was typed becomes ticks, and what is no time does not', () => {
  expect(ticksOfSpan('1,5', 'hours', DAY)).toBe(90);
  expect(ticksOfSpan('2', 'days', 600)).toBe(1_200);
  for (const typed of ['', ' ', 'soon', '-1']) expect(ticksOfSpan(typed, 'hours', DAY)).toBeNull();
});

test('a rule is written trimmed, with its examples apart and the scope of its entry', () => {
  const form = { ...emptyRule, statement: ' No iron. ', examples: 'a\n\n b ', scope: 'e1' };
  expect(ruleWish(form, 'place')).toMatchObject({
    statement: 'No iron.',
    examples: ['a', 'b'],
    scope_kind: 'place',
    scope_id: 'e1',
  });
  expect(ruleWish(form, undefined)).toMatchObject({ scope_kind: 'world', scope_id: null });
});

test('a rule survives its form', () => {
  const rule = {
    statement: 'x',
    hardness: 'soft',
    category: 'magic',
    cost: 'a year',
    limits: '',
    examples: ['one', 'two'],
    scope_id: null,
    locked: true,
  } as unknown as Rule;
  expect(ruleFormOf(rule)).toMatchObject({ hardness: 'soft', category: 'magic', locked: true });
  expect(ruleWish(ruleFormOf(rule), undefined).examples).toEqual(['one', 'two']);
});

test('an edit leaves the scope alone unless another one was chosen', () => {
  const rule = {
    statement: 'No iron.',
    cost: '',
    limits: '',
    examples: [],
    scope_kind: 'place',
    scope_id: 'e1',
  } as unknown as Rule;
  const form = ruleFormOf(rule);
  // The entry is gone, or the entries could not be read: its kind is not known.
  const kept = ruleChange({ ...form, statement: 'No iron at all.', locked: true }, rule, undefined);
  expect(kept).toMatchObject({ statement: 'No iron at all.', locked: true });
  expect(kept).not.toHaveProperty('scope_kind');
  expect(kept).not.toHaveProperty('scope_id');
  expect(ruleChange({ ...form, scope: '' }, rule, undefined)).toMatchObject({
    scope_kind: 'world',
    scope_id: null,
  });
  expect(ruleChange({ ...form, scope: 'e2' }, rule, 'faction')).toMatchObject({
    scope_kind: 'faction',
    scope_id: 'e2',
  });
  expect(ruleChange({ ...form, scope: 'e2' }, rule, undefined)).toMatchObject({
    scope_kind: 'place',
    scope_id: 'e2',
  });
});
