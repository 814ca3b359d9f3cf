import { beliefWish } from './beliefs';
import { emptyValue } from './fact-wish';
import type { PredicateView } from './types';

const eyes = {
  key: 'eye_colour',
  choices: [],
  value_types: ['colour'],
  object_kinds: [],
  qualifiers: [],
} as unknown as PredicateView;
const base = { knower: 'k', fact: 'f', since: '', value: emptyValue, predicate: eyes };

test('who hides a fact knows it', () => {
  expect(beliefWish({ ...base, holding: 'hides', since: 's1' })).toEqual({
    knower: 'k',
    fact_id: 'f',
    stance: 'knows',
    hides_from: 'everyone',
    from: { kind: 'scene', ref: 's1', edge: 'start' },
  });
  expect(beliefWish({ ...base, holding: 'knows' })).toMatchObject({ hides_from: 'nobody' });
});

test('a wrong belief needs what is believed instead', () => {
  expect(beliefWish({ ...base, holding: 'believes_wrongly' })).toBeNull();
  expect(beliefWish({ ...base, holding: 'believes_wrongly', predicate: undefined })).toBeNull();
  expect(
    beliefWish({ ...base, holding: 'believes_wrongly', value: { ...emptyValue, text: 'green' } }),
  ).toMatchObject({ stance: 'believes_wrongly', believed_value: { text: 'green' } });
});

test('a secret that stays one is kept from those it was kept from', () => {
  const wish = beliefWish({ ...base, holding: 'hides', hidesFrom: ['e1'] });
  expect(wish).toMatchObject({ stance: 'knows', hides_from: ['e1'] });
});
