import { areasOf, returning, type Rollback } from './model';

test('a revision says which parts of the book it changed, each once', () => {
  expect(areasOf({ tables: { assertions: {}, scene_heads: {}, entities: {} } })).toEqual([
    'text',
    'world',
  ]);
  expect(areasOf({ tables: { something_new: {} } })).toEqual([]);
});

test('only what would return is counted', () => {
  const preview = { scenes: ['a', 'b'], facts: [], cards: ['c'], threads: [], promises: [] };
  expect(returning(preview as unknown as Rollback)).toEqual([
    { part: 'scenes', count: 2 },
    { part: 'cards', count: 1 },
  ]);
});
