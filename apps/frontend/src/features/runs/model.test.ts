import { describe, expect, test } from 'vitest';
import type { RunRead } from '@/shared/api/types';
import { asksAuthor, foldAlike, groupRuns } from './model';

const run = (given: Partial<RunRead>) => ({ id: 'r', state: 'running', ...given }) as RunRead;

describe('who a waiting run waits for', () => {
  test('its own children are not the author', () => {
    const waiting = run({ state: 'waiting', gate: { name: 'children', children: ['c'] } });
    expect(asksAuthor(waiting)).toBe(false);
    expect(groupRuns([waiting])).toMatchObject({ needsYou: [], live: [waiting] });
  });

  test('a question is', () => {
    const asking = run({ state: 'waiting', gate: { name: 'premise', question: 'Which?' } });
    expect(groupRuns([asking])).toMatchObject({ needsYou: [asking], live: [] });
  });
});

test('runs of one task that wrote nothing are folded, others are not', () => {
  const learnt = (id: string) => run({ id, task: 'librarian.learn', state: 'completed', words: 0 });
  const wrote = run({ id: 'w', task: 'director.write_book', state: 'completed', words: 900 });
  const failed = run({ id: 'f', task: 'librarian.learn', state: 'failed', words: 0 });
  const folds = foldAlike([learnt('a'), learnt('b'), failed, wrote, wrote, learnt('c')]);
  expect(folds.map((one) => [one.run.id, one.alike.map((other) => other.id)])).toEqual([
    ['a', ['b']],
    ['f', []],
    ['w', []],
    ['w', []],
    ['c', []],
  ]);
});
