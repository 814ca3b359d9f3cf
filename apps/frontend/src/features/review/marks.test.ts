import type { RunRead } from '@/shared/api/types';
import { marksOf } from './marks';

const reason = { text: 'Twice.', quote: 'the bell', scene: 's', pid: 'p' };
const mark = { criterion: 'prose', score: 11.5, reasons: [reason] };
const run = (task: string, result: object, state = 'completed') =>
  ({ task, state, result, demo: false, created_at: '2026-01-01T00:00:00Z' }) as unknown as RunRead;

test('the newest marks of a chapter are shown, whichever run made them', () => {
  const read = {
    chapter: 'a',
    marks: [mark],
    unmarked: ['stakes'],
    not_evaluated: [{ rule: 'cold_read', reason: 'failed' }],
  };
  const runs = [
    run('editor.judge', { chapter: 'a', marks: [mark] }, 'failed'),
    run('editor.judge', { chapter: 'b', marks: [mark] }),
    run('director.write_book', { chapters: [{ read: { ...read, chapter: 'c' } }, {}] }),
    run('director.write_chapter', { read }),
    run('editor.judge', { chapter: 'a', marks: [{ ...mark, score: 2 }] }),
  ];
  expect(marksOf(runs, 'a')).toMatchObject({
    marks: [mark],
    unmarked: ['stakes'],
    untried: false,
    opinions: [],
  });
  expect(marksOf(runs, 'c')?.marks).toEqual([mark]);
  expect(marksOf(runs, 'd')).toBeNull();
});

test('what is no mark and what is no reason is left out, and an opinion is told as one', () => {
  const odd = { ...mark, reasons: [reason, { text: 'Bad.' }] };
  const found = marksOf(
    [
      run('editor.judge', {
        chapter: 'a',
        marks: [odd, { ...mark, criterion: 'fame' }, { criterion: 'prose' }],
        dropped: 2,
        not_evaluated: [{ rule: 'judge', reason: 'uncalibrated' }],
      }),
    ],
    'a',
  );
  expect(found?.marks).toEqual([mark]);
  expect([found?.dropped, found?.untried]).toEqual([2, true]);
});

test('a model that was tried at some criteria gives an opinion in the others', () => {
  const missed = [{ rule: 'judge', reason: 'uncalibrated', criteria: ['stakes'] }];
  const found = marksOf(
    [run('editor.judge', { chapter: 'a', marks: [mark], not_evaluated: missed })],
    'a',
  );
  expect([found?.untried, found?.opinions]).toEqual([false, ['stakes']]);
});
