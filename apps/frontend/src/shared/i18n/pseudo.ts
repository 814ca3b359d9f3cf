const ACCENTS: Record<string, string> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
  n: 'ñ',
  c: 'ç',
};

function stretch(text: string): string {
  const parts = text.split(/(\{\{[^}]+\}\}|<[^>]+>)/u);
  const accented = parts
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/[aeiouAEIOUnc]/gu, (letter) => ACCENTS[letter] ?? letter),
    )
    .join('');
  return `[${accented}${'~'.repeat(Math.ceil(text.length * 0.4))}]`;
}

/** The pseudo-locale: every text 40 % longer, accented and in brackets, so that clipping shows. */
export function pseudo(words: unknown): Record<string, unknown> {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return stretch(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    }
    return value;
  };
  return walk(words) as Record<string, unknown>;
}
