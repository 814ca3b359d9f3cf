const made = new Map<string, Intl.Segmenter>();

function segmenter(language: string, granularity: 'word' | 'sentence'): Intl.Segmenter {
  const key = `${language}/${granularity}`;
  let found = made.get(key);
  if (!found) {
    found = new Intl.Segmenter(language, { granularity });
    made.set(key, found);
  }
  return found;
}

/** The text cut into words, spaces and marks by the rules of its language. Joined, it is the text. */
export function words(text: string, language: string): string[] {
  return Array.from(segmenter(language, 'word').segment(text), (part) => part.segment);
}

const CLOSING = /^[”’」』）)\]】》"'\s]+/u;

/**
 * The text cut into sentences, each with the spaces after it. Joined, it is the text. A closing
 * quote that the rules of Unicode leave at the head of the next sentence goes to the one it closes.
 */
export function sentences(text: string, language: string): string[] {
  const found: string[] = [];
  for (const part of segmenter(language, 'sentence').segment(text)) {
    const previous = found.length - 1;
    const closing = previous < 0 ? '' : (CLOSING.exec(part.segment)?.[0] ?? '');
    if (closing !== '') found[previous] = `${found[previous] ?? ''}${closing}`;
    if (part.segment.length > closing.length) found.push(part.segment.slice(closing.length));
  }
  return found;
}

/** The sentence boundaries around `[from, to)`, so that a selection covers whole sentences. */
export function snapToSentences(
  text: string,
  from: number,
  to: number,
  language: string,
): { from: number; to: number } {
  let start = 0;
  let snappedFrom = from;
  let snappedTo = to;
  for (const sentence of sentences(text, language)) {
    const end = start + sentence.length;
    if (from >= start && from < end) snappedFrom = start;
    if (to > start && to <= end) snappedTo = start + sentence.trimEnd().length;
    start = end;
  }
  return { from: Math.min(snappedFrom, from), to: Math.max(snappedTo, to) };
}
