import { areasOf, editOf, returning, type Rollback } from './model';

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

test('an edit is named by what it is about, not by what came along', () => {
  const rows = (opened: number, closed: number) => ({ opened, closed });
  expect(editOf({ tables: { evidence: rows(1, 0), assertions: rows(1, 0) } })).toEqual({
    what: 'assertions',
    how: 'added',
  });
  expect(editOf({ tables: { rules: rows(1, 1) } })).toEqual({ what: 'rules', how: 'changed' });
  expect(editOf({ tables: { entities: rows(0, 1), assertions: rows(0, 3) } })).toEqual({
    what: 'entities',
    how: 'removed',
  });
  expect(editOf({ tables: { scene_heads: rows(1, 1) } })).toBeNull();
});
