import { editable, wordsOf } from './inbox-words';
import { byScene, filterEntries, progressions } from './model';
import type { Entry, FactView, InboxItem } from './types';

const item = (kind: string, payload: object, more: Partial<InboxItem> = {}): InboxItem => ({
  id: 'i',
  kind,
  payload: payload as InboxItem['payload'],
  evidence: [],
  clash: [],
  run_id: null,
  status: 'open',
  created_at: '2026-01-01T00:00:00Z',
  ...more,
});
const NAMES = new Map([
  ['m', 'Mara'],
  ['s', 'Saltmere'],
]);
const LABELS = new Map([['resides_at', 'lives in']]);
const say = (one: InboxItem) => wordsOf(one, NAMES, LABELS);

test('a suggestion is one line in names and words', () => {
  expect(say(item('entity', { name: 'Ida', summary: 'A keeper.' }))).toBe('Ida — A keeper.');
  expect(say(item('alias', { entity_id: 'm', text: 'Mar' }))).toBe('Mara = Mar');
  const lives = { subject_id: 'm', predicate: 'resides_at', object_id: 's' };
  expect(say(item('fact', lives))).toBe('Mara · lives in · Saltmere');
  expect(say(item('fact', lives, { text: 'Mara lives in Saltmere.' }))).toBe(
    'Mara lives in Saltmere.',
  );
});

test('what can be put otherwise keeps the rest of the suggestion', () => {
  const colour = item('fact', { predicate: 'eye_colour', value: { text: 'grey' } });
  expect(editable(colour)?.text).toBe('grey');
  expect(editable(colour)?.with('green')).toEqual({
    predicate: 'eye_colour',
    value: { text: 'green' },
  });
  expect(editable(item('fact', { object_id: 's' }))).toBeNull();
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
