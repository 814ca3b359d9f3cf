import { describe, expect, test } from 'vitest';
import type { RunRead } from '@/shared/api/types';
import { asksAuthor, groupRuns } from './model';

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
