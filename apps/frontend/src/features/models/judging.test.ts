import { expect, test } from 'vitest';
import { KINDS, shownBy, toldOf } from './judging';

test('marks are told without an order, which they are not shown in', () => {
  expect(KINDS.map(shownBy)).toEqual(['judges.shown', 'judges.shown', 'judges.shownOnce']);
});

test('what a judge showed is told apart from what it was not tried in, and could not read', () => {
  const shown = { pairs: 20, right: 19, flips: 1 };
  expect(toldOf(shown, 'choice', false)).toBe('judges.shown');
  expect(toldOf(undefined, 'choice', false)).toBe('judges.notTried');
  expect(toldOf(undefined, 'choice', true)).toBe('judges.otherWords');
  const small = (reads: number | null) =>
    toldOf({ ...shown, too_small: { reads, needs: 1435 } }, 'marks', false);
  expect([small(900), small(null)]).toEqual(['judges.tooSmall', 'judges.tooSmallUnknown']);
});
