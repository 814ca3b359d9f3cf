import { marked } from './marked';

const sought = (line: string, query: string) =>
  marked(line, query)
    .filter((piece) => piece.sought)
    .map((piece) => piece.text);

test('what was looked for is marked, whole before its words, in any case and script', () => {
  expect(sought('Ida Marsh saw the marsh.', 'ida marsh')).toEqual(['Ida Marsh', 'marsh']);
  expect(sought('缪月棠拿鲸骨针', '月棠')).toEqual(['月棠']);
  expect(marked('a line (of five) words', '(of five)').map((piece) => piece.text)).toEqual([
    'a line ',
    '(of five)',
    ' words',
  ]);
  expect(sought('a cat', 'a')).toEqual([]);
});
