import { countWords } from './count';

test.each([
  ['', 0],
  ["Mara didn't ring the half-sunk bell.", 6],
  ['玛拉没有敲钟。', 6],
  ['她说 hello world 两次', 6],
])('%s', (text, words) => {
  expect(countWords(text)).toBe(words);
});
