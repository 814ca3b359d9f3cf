import { difference, fieldKey } from './branches';
import type { Issue } from './lint';

const issue = (code: string, id: string) =>
  ({ code, where: { kind: 'card', id, title: '' }, why: { en: code } }) as unknown as Issue;

test('a branch is told by the faults it brings and those it takes away', () => {
  const held = issue('P-PAY', 'a');
  const found = difference([held, issue('P-SAME', 'b')], [held, issue('P-DEAD', 'c')]);
  expect(found.worse.map(({ code }) => code)).toEqual(['P-DEAD']);
  expect(found.better.map(({ code }) => code)).toEqual(['P-SAME']);
});

test('a field without words of its own is still named', () => {
  expect(fieldKey('turn')).toBe('turn');
  expect(fieldKey('weather')).toBe('other');
});
