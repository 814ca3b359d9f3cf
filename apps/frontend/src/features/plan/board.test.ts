import type { NovelTree, PlanRead } from '@/shared/api/types';
import { acrossOp, boardScenes, columns, stepOp } from './board';

const tree = {
  parts: [
    {
      id: 'p',
      chapters: [
        {
          id: 'one',
          scenes: [
            { id: 'a', title: 'A', status: 'drafted', words: 10 },
            { id: 'b', title: 'B', status: 'idea', words: 0 },
            { id: 'c', title: 'C', status: 'idea', words: 0 },
          ],
        },
        { id: 'two', scenes: [] },
      ],
    },
  ],
} as unknown as NovelTree;
const plan = {
  cards: [{ scene_id: 'b', card: { pov_id: 'mara' } }],
} as unknown as PlanRead;

test('a chapter without scenes keeps its column; other groups have only what there is', () => {
  const scenes = boardScenes(tree, plan);
  const keys = (group: 'chapter' | 'status' | 'pov') =>
    columns(tree, scenes, group).map(({ key, scenes: own }) => `${key}:${own.length}`);
  expect(keys('chapter')).toEqual(['one:3', 'two:0']);
  expect(keys('status')).toEqual(['drafted:1', 'idea:2']);
  expect(keys('pov')).toEqual([':2', 'mara:1']);
});

test('a scene goes up, down and over the border of its chapter, and stops at the ends of the book', () => {
  expect(stepOp(tree, 'c', 'up')).toMatchObject({ parent_id: 'one', after_id: 'a' });
  expect(stepOp(tree, 'b', 'up')).toMatchObject({ parent_id: 'one', after_id: null });
  expect(stepOp(tree, 'a', 'down')).toMatchObject({ parent_id: 'one', after_id: 'b' });
  expect(stepOp(tree, 'c', 'down')).toMatchObject({ parent_id: 'two', after_id: null });
  expect(stepOp(tree, 'a', 'up')).toBeNull();
  expect(acrossOp(tree, 'a', 1)).toMatchObject({ parent_id: 'two', after_id: null });
  expect(acrossOp(tree, 'a', -1)).toBeNull();
});
