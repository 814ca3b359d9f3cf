import { problemWords } from './problem-words';

const WORDS: Record<string, string> = {
  'code.alias-taken': 'taken',
  'named.alias-taken': '{{name}} of {{owner}}',
  'named.canon-cycle': '{{path}}',
};
const say = (code: string, params: Record<string, unknown>) =>
  problemWords(
    { code, params },
    (key, filled) =>
      (WORDS[key] ?? key).replaceAll(/\{\{(\w+)\}\}/gu, (_, name: string) => String(filled[name])),
    (key) => key in WORDS,
  );

test('a refusal that names what is in the way is said with the names, any other by its code', () => {
  expect(say('alias-taken', { name: 'Ida', entity_name: 'Ida Marsh' })).toBe('Ida of Ida Marsh');
  expect(say('alias-taken', { name: 'Ida' })).toBe('taken');
  expect(say('canon-cycle', { names: ['Quay', 'Harbour', 'Quay'] })).toBe('Quay › Harbour › Quay');
});
