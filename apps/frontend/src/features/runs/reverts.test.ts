import { goesBack, stays } from './reverts';

test('what goes back is counted by kind; what has no name of its own is one sum', () => {
  expect(
    goesBack({ aliases: ['a', 'b'], facts: ['f'], concepts: ['c'], scenes: ['s', 't'], cards: [] }),
  ).toEqual([
    { kind: 'scenes', count: 2 },
    { kind: 'facts', count: 1 },
    { kind: 'others', count: 3 },
  ]);
  expect(goesBack(undefined)).toEqual([]);
});

test('what stays is counted', () => {
  expect(stays({ scenes: ['a'], facts: ['b', 'c'] })).toBe(3);
  expect(stays({})).toBe(0);
});
