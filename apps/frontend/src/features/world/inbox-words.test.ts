import { editable } from './inbox-words';
import { byScene, detailsOf, filterEntries, progressions } from './model';
import type { Entry, FactView, InboxItem } from './types';

const item = (
  kind: string,
  payload: InboxItem['payload'],
  more: Partial<InboxItem> = {},
): InboxItem => ({
  id: 'i',
  kind,
  payload,
  text: '',
  evidence: [],
  clash: [],
  disputed: false,
  scene: null,
  run_id: null,
  decided_by: null,
  undone_by: null,
  status: 'open',
  created_at: '2026-01-01T00:00:00Z',
  ...more,
});

test('what a fact says beside its value is taken from its line, brackets of either width away', () => {
  const fact = (text: string, value_text: string) => detailsOf({ text, value_text });
  expect(fact('Ida · attitude towards: Mohan (needs and distrusts, -2)', 'Mohan')).toBe(
    'needs and distrusts, −2',
  );
  expect(fact('缪月棠 · 态度：蓝守舟（有求于人，-2）', '蓝守舟')).toBe('有求于人，−2');
  expect(fact('Ida · hair: grey', 'grey')).toBe('');
});

test('what can be put otherwise keeps the rest of the suggestion', () => {
  const colour = item('fact', { predicate: 'eye_colour', value: { text: 'grey' } });
  expect(editable(colour)?.text).toBe('grey');
  expect(editable(colour)?.with('green')).toEqual({
    predicate: 'eye_colour',
    value: { text: 'green' },
  });
  expect(editable(item('fact', { object_id: 's' }))).toBeNull();
  expect(editable(item('entity', { name: 'Ida' }))?.with('Ida M.')).toEqual({ name: 'Ida M.' });
  expect(editable(item('merge', { into: 's' }))).toBeNull();
});

test('suggestions of one scene stand together', () => {
  const scene = { id: 'one', title: 'The Bell' };
  const groups = byScene([
    item('rule', {}, { scene }),
    item('rule', {}),
    item('rule', {}, { scene }),
  ]);
  expect(groups.map((group) => [group.title, group.items.length])).toEqual([
    ['The Bell', 2],
    ['', 1],
  ]);
});

test('an entry is found by its other names, in any width and case', () => {
  const mara = {
    kind: 'character',
    name: '玛拉',
    aliases: ['Ｍａｒａ'],
    summary: '',
  } as unknown as Entry;
  expect(filterEntries([mara], undefined, 'mara')).toHaveLength(1);
  expect(filterEntries([mara], 'place', 'mara')).toHaveLength(0);
});

test('only what changed makes a line of changes, the former value first', () => {
  const fact = (id: string, predicate: string, text: string) =>
    ({ id, predicate, label: predicate, text }) as FactView;
  const lines = progressions(
    [fact('2', 'life_state', 'dead'), fact('3', 'eye_colour', 'grey')],
    [fact('1', 'life_state', 'alive')],
  );
  expect(lines.map((line) => line.facts.map((one) => one.text))).toEqual([['alive', 'dead']]);
});
