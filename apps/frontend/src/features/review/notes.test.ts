import type { RunRead } from '@/shared/api/types';
import { feedbackOf, writtenChapters } from './notes';

const note = {
  kind: 'weak',
  lens: 'prose',
  text: 'Twice.',
  quote: 'the bell',
  scene: 's',
  pid: 'p',
};
const run = (id: string, result: object, task = 'editor.feedback', state = 'completed') =>
  ({
    id,
    task,
    state,
    result,
    demo: true,
    created_at: '2026-01-01T00:00:00Z',
  }) as unknown as RunRead;

test('the newest feedback on the chapter is shown, and nothing that is no note', () => {
  const runs = [
    run('0', { chapter: 'a', notes: [note] }, 'editor.feedback', 'failed'),
    run('1', { chapter: 'b', notes: [note] }),
    run('2', { chapter: 'a', notes: [note, { ...note, kind: 'praise' }, null], dropped: 2 }),
    run('3', { chapter: 'a', notes: [] }),
  ];
  const found = feedbackOf(runs, 'a');
  expect(found?.run).toBe('2');
  expect(found?.notes).toEqual([note]);
  expect(found?.dropped).toBe(2);
  expect(feedbackOf(runs, 'c')).toBeNull();
});

test('only chapters with text are offered', () => {
  const chapter = (id: string, words: number) => ({
    id,
    number: 1,
    title: id,
    scenes: [{ words }],
  });
  const tree = { parts: [{ chapters: [chapter('a', 0), chapter('b', 3)] }] };
  expect(writtenChapters(tree as never).map(({ id }) => id)).toEqual(['b']);
});
