import type { NovelTree } from '@/shared/api/types';
import {
  choiceOf,
  groupPromises,
  isOverdue,
  KEPT,
  pointOf,
  pointWish,
  stopsOf,
  subjectsWish,
  type BookPromise,
} from './promises';

const tree = {
  parts: [
    {
      chapters: [
        { id: 'c1', number: 1, title: 'Salt', scenes: [{ id: 's1', title: '', words: 900 }] },
        {
          id: 'c2',
          number: 2,
          title: 'Rope',
          scenes: [
            { id: 's2', title: 'The bell', words: 20 },
            { id: 's3', title: '', words: 0 },
          ],
        },
      ],
    },
  ],
} as unknown as NovelTree;
const stops = stopsOf(tree);

const promise = (given: Partial<BookPromise>) =>
  ({ id: 'p', status: 'planted', latest_at: null, weight: 3, ...given }) as BookPromise;

test('scenes are named by themselves, else by their chapter', () => {
  expect(stops.map((stop) => [stop.number, stop.title, stop.written])).toEqual([
    [1, 'Salt', true],
    [2, 'The bell', true],
    [2, 'Rope', false],
  ]);
});

test('open promises come first, the one that is due first before those without an end', () => {
  const groups = groupPromises([
    promise({ id: 'free' }),
    promise({ id: 'late', latest_at: 9 }),
    promise({ id: 'soon', latest_at: 2 }),
    promise({ id: 'gone', status: 'abandoned' }),
    promise({ id: 'paid', status: 'paid', latest_at: 1 }),
  ]);
  expect(groups.map(([group, list]) => [group, list.map((one) => one.id)])).toEqual([
    ['open', ['soon', 'late', 'free']],
    ['kept', ['paid']],
    ['abandoned', ['gone']],
  ]);
});

test('a promise is overdue once the text stands past its last scene', () => {
  expect(isOverdue(promise({ latest_at: 1 }), stops)).toBe(true);
  expect(isOverdue(promise({ latest_at: 2 }), stops)).toBe(false);
  expect(isOverdue(promise({ latest_at: null }), stops)).toBe(false);
  expect(isOverdue(promise({ latest_at: 1, status: 'paid' }), stops)).toBe(false);
});

test('a point of a window is a chapter, a share of the book, or gone', () => {
  expect(pointOf({ kind: 'scene', id: 's3' }, stops)).toEqual({ number: 2 });
  expect(pointOf({ kind: 'position', at: 0.5 }, stops)).toEqual({ percent: 50 });
  expect(pointOf({ kind: 'chapter', id: 'x' }, stops)).toBeNull();
});

test('what a form cannot say stays as it is', () => {
  expect(choiceOf({ kind: 'position', at: 0.5 })).toBe(KEPT);
  expect(pointWish(KEPT)).toBeUndefined();
  expect(pointWish('')).toBeNull();
  expect(pointWish(choiceOf({ kind: 'chapter', id: 'c2' }))).toEqual({ kind: 'chapter', id: 'c2' });
});

test('whom a promise is about is sent only when it changed, without what is gone', () => {
  const known = [{ id: 'e1' }, { id: 'e2' }];
  expect(subjectsWish(['gone', 'e1'], ['e1', 'gone'], known)).toBeUndefined();
  expect(subjectsWish(['gone', 'e1'], ['gone', 'e1'], undefined)).toBeUndefined();
  expect(subjectsWish(['gone', 'e1', 'e2'], ['gone', 'e1'], known)).toEqual(['e1', 'e2']);
  expect(subjectsWish(['gone'], ['gone', 'e1'], known)).toEqual([]);
});
