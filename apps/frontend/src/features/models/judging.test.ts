import { expect, test } from 'vitest';
import { KINDS, shownBy } from './judging';

test('marks are told without an order, which they are not shown in', () => {
  expect(KINDS.map(shownBy)).toEqual(['judges.shown', 'judges.shown', 'judges.shownOnce']);
});
