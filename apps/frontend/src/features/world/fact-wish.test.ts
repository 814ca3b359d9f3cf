import { anchorOf, emptyValue, wishOf } from './fact-wish';
import type { PredicateView } from './types';

const predicate = (types: string[], choices: string[] = []): PredicateView => ({
  key: 'p',
  label: 'p',
  domain: ['character'],
  object_kinds: types.filter((type) => type === 'place'),
  value_types: types.filter((type) => type !== 'place'),
  qualifiers: [],
  choices: choices.map((value) => ({ value, label: value })),
  explain: '',
  always_in_briefing: false,
  cardinality: 'one',
  derived: false,
  hints: [],
  inverses: [],
  mutability: 'changing',
  publicity: 'public',
  severity: 'note',
  symmetric: false,
  terminal: [],
  visible: true,
});
const wish = (given: PredicateView, text: string, object = '') =>
  wishOf('s', given, { text, object, qualifier: {} }, undefined, undefined);

test('another entry, a word of a list, a figure with its unit, free words', () => {
  expect(wish(predicate(['place']), '', 'p1')).toEqual({
    subject_id: 's',
    predicate: 'p',
    object_id: 'p1',
  });
  expect(wish(predicate(['enum'], ['alive', 'dead']), 'dead')?.value).toEqual({ text: 'dead' });
  expect(wish(predicate(['number']), '172,5 cm')?.value).toEqual({ number: 172.5, unit: 'cm' });
  expect(wish(predicate(['text']), ' grey ')?.value).toEqual({ text: 'grey' });
});

test('what is missing or does not fit is no fact', () => {
  expect(wishOf('s', predicate(['text']), emptyValue, undefined, undefined)).toBeNull();
  expect(wish(predicate(['enum'], ['alive']), 'asleep')).toBeNull();
  expect(wish(predicate(['number']), 'tall')).toBeNull();
  expect(wish(predicate(['text']), '', 'p1')).toBeNull();
});

test('a scene bounds a fact; what stands beside the value comes along', () => {
  expect(anchorOf('always')).toBeUndefined();
  expect(
    wishOf(
      's',
      predicate(['text']),
      { text: 'x', object: '', qualifier: { side: ' left ', grade: '2', part: '' } },
      anchorOf('scene-1'),
      anchorOf('always'),
    ),
  ).toMatchObject({
    valid_from: { kind: 'scene', ref: 'scene-1' },
    qualifier: { side: 'left', grade: 2 },
  });
});
