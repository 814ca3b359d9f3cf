import type { RunEvent } from '@/shared/api/events';
import { applyEvent, nothingYet, partStates } from './live-run-state';

const base = { run: 'root', seq: 1, at: '2026-11-21T10:00:00Z' };
const fold = (...events: RunEvent[]) =>
  events.reduce((state, event) => applyEvent('root', state, event), nothingYet);
const output = (kind: string, index: number, name: string): RunEvent => ({
  ...base,
  run: 'child',
  type: 'step.output',
  kind,
  index,
  value: { name },
});
const delta = (offset: number, text: string): RunEvent => ({
  ...base,
  run: 'child',
  type: 'text.delta',
  scene: 's1',
  offset,
  text,
});

test('results of child runs fill the cards in order and a repeated one replaces its place', () => {
  const state = fold(
    output('place', 1, 'Quay'),
    output('place', 0, 'Tower'),
    output('place', 1, 'Old quay'),
  );
  expect(state.outputs.place?.map((place) => place.name)).toEqual(['Tower', 'Old quay']);
});

test('text is placed by offset: a repeated delta and a rewind leave the right text', () => {
  const state = fold(delta(0, 'The bell '), delta(9, 'rang.'), delta(9, 'rang.'));
  expect(state.text).toBe('The bell rang.');
  const rewound = applyEvent('root', state, {
    ...base,
    type: 'text.rewind',
    scene: 's1',
    to_offset: 9,
  });
  expect(applyEvent('root', rewound, delta(9, 'fell.')).text).toBe('The bell fell.');
});

test('text for a proposal is not text of the chapter', () => {
  expect(fold({ ...base, type: 'text.delta', proposal: 'p', offset: 0, text: 'x' }).text).toBe('');
});

test('the end of a child run does not end the first run', () => {
  const child = { ...base, run: 'child' };
  const state = fold(
    { ...base, type: 'run.started', task: 'director.begin_book' },
    { ...child, type: 'run.completed', words: 3 },
  );
  expect(state.phase).toBe('running');
  expect(fold({ ...base, type: 'run.waiting', gate: 'children' }).phase).toBe('running');
});

test('a failed run keeps what was made', () => {
  const state = fold(output('character', 0, 'Mara'), {
    ...base,
    type: 'run.failed',
    problem: { code: 'no-output' },
  });
  expect(state.phase).toBe('failed');
  expect(state.outputs.character).toHaveLength(1);
});

test('a part is done when a later one has begun', () => {
  const state = fold(output('premise', 0, 'x'), output('character', 0, 'Mara'));
  expect(partStates(state)).toMatchObject({
    premise: 'done',
    world: 'done',
    cast: 'now',
    chapter: 'todo',
  });
});
