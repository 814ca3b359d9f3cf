import { anchorOf, emptyValue, wishOf } from './fact-wish';
import type { PredicateView } from './types';

const predicate = (ranges: string[], values: string[] = []): PredicateView => ({
  key: 'p',
  label: 'p',
  domain: ['character'],
  ranges,
  values,
  single: true,
  explain: '',
});
const wish = (given: PredicateView, text: string, object = '') =>
  wishOf('s', given, { text, object }, undefined, undefined);

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

test('a scene bounds a fact, no choice leaves it open', () => {
  expect(anchorOf('always')).toBeUndefined();
  expect(
    wishOf(
      's',
      predicate(['text']),
      { text: 'x', object: '' },
      anchorOf('scene-1'),
      anchorOf('always'),
    ),
  ).toMatchObject({ valid_from: { kind: 'scene', ref: 'scene-1' } });
});
