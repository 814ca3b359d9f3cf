import { describe, expect, it } from 'vitest';
import { writtenIn } from './use-locale';

describe('writtenIn', () => {
  it.each([
    ['', undefined],
    ['a map', undefined],
    ['a lighthouse keeper who sells storms', 'en'],
    ['一个失明的药剂师收到一封信', 'zh'],
    ['一个叫 Mara 的药剂师', 'zh'],
    ['a keeper named 苏听澜 who sells the storms', 'en'],
  ])('%s', (text, language) => {
    expect(writtenIn(text)).toBe(language);
  });
});
