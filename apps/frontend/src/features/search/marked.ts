/** A piece of a line that was found, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly sought: boolean;
}

const SIGNS = /[.*+?^${}()|[\]\\]/gu;

/** A line cut where the sought words stand in it, the longest first; case makes no difference. */
export function marked(line: string, query: string): Piece[] {
  const words = [query, ...query.split(/\s+/u)]
    .map((word) => word.trim())
    // One letter of a Latin word would be marked everywhere; one Han character is a word.
    .filter((word) => word.length > 1 || /\p{Script=Han}/u.test(word))
    .sort((a, b) => b.length - a.length);
  if (words.length === 0) return [{ text: line, sought: false }];
  const sought = new RegExp(
    `(${words.map((word) => word.replace(SIGNS, '\\$&')).join('|')})`,
    'giu',
  );
  return line
    .split(sought)
    .map((text, index) => ({ text, sought: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
