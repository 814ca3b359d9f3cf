import type { PlanRead } from '@/shared/api/types';
import { arcOf, bands, outlineWish } from './arcs';

const arc = (id: string, from: number, to: number) => ({
  id,
  title: id,
  opens_question: '',
  span_from: from,
  span_to: to,
  turning_points: [],
});
const plan = {
  arcs: [arc('start', 0, 0.5), arc('whole', 0, 1)],
  chapters: [
    { id: 'one', arc_id: null },
    { id: 'two', arc_id: 'whole' },
    { id: 'three', arc_id: null },
    { id: 'four', arc_id: null },
  ],
} as unknown as PlanRead;

test('a chapter lies in the arc that it names, else in the narrowest whose span holds it', () => {
  expect(['one', 'two', 'three', 'four'].map((id) => arcOf(plan, id)?.id)).toEqual([
    'start',
    'whole',
    'whole',
    'whole',
  ]);
  expect(arcOf(plan, 'gone')).toBeNull();
});

test('chapters are cut where another arc begins; without arcs they stay together', () => {
  const cut = bands(plan, plan.chapters);
  expect(cut.map((one) => [one.arc?.id, one.from, one.to])).toEqual([
    ['start', 1, 1],
    ['whole', 2, 4],
  ]);
  const bare = { ...plan, arcs: [] };
  expect(bands(bare, plan.chapters).map((one) => one.chapters.length)).toEqual([4]);
  expect(bands(undefined, plan.chapters)).toHaveLength(1);
});

test('a wish names a number or the end, and nothing that was left empty', () => {
  expect(outlineWish('some', '4', '', '  ')).toEqual({ chapters: 4 });
  expect(outlineWish('end', 'x', 'a1', ' More rain ')).toEqual({
    until: 'end',
    arc: 'a1',
    instruction: 'More rain',
  });
  expect(outlineWish('some', '0', '', '')).toBeNull();
  expect(outlineWish('some', '101', '', '')).toBeNull();
});
