/** Both languages carry the same keys, no empty text and the same placeholders. */
const files = import.meta.glob<Record<string, unknown>>('./locales/*/*.json', {
  import: 'default',
  eager: true,
});

function flatten(value: unknown, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof inner === 'string') found.set(path, inner);
    else for (const [name, text] of flatten(inner, path)) found.set(name, text);
  }
  return found;
}

// Chinese has one plural form, English two: the suffix is not part of the key's identity.
const base = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/u, '');
const holes = (text: string) =>
  [...new Set([...text.matchAll(/\{\{\s*(\w+)/gu)].map((match) => match[1]))].sort();

const namespaces = [
  ...new Set(Object.keys(files).map((path) => path.split('/').at(-1)?.replace('.json', '') ?? '')),
];

describe.each(namespaces)('%s', (namespace) => {
  const english = flatten(files[`./locales/en/${namespace}.json`] ?? {});
  const chinese = flatten(files[`./locales/zh-CN/${namespace}.json`] ?? {});

  test('the same keys', () => {
    const keys = (words: Map<string, string>) => [...new Set([...words.keys()].map(base))].sort();
    expect(keys(chinese)).toEqual(keys(english));
  });

  test('no empty text, no copied text, no strange placeholder', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
    for (const [key, text] of chinese) {
      const twin = english.get(key) ?? english.get(`${base(key)}_other`) ?? '';
      const allowed = new Set([...holes(twin), 'count']);
      expect(
        holes(text).filter((hole) => !allowed.has(hole ?? '')),
        key,
      ).toEqual([]);
    }
  });
});
