/**
 * Text that arrives in pieces, each with the length before it. A piece that comes twice changes
 * nothing; a rewind cuts; a piece after a gap is not taken, since a snapshot follows.
 */
export interface StreamText {
  readonly text: string;
}

export const EMPTY_STREAM: StreamText = { text: '' };

/** The stream after one piece; the same object when the piece is not taken. */
export function receive(stream: StreamText, offset: number, piece: string): StreamText {
  if (offset > stream.text.length) return stream;
  if (stream.text.startsWith(piece, offset)) return stream;
  return { text: stream.text.slice(0, offset) + piece };
}

/** The stream cut to a length. */
export function rewind(stream: StreamText, toOffset: number): StreamText {
  return toOffset >= stream.text.length ? stream : { text: stream.text.slice(0, toOffset) };
}

const BEAT_LINE = /^[^\S\n]*\[\[B\d+\]\][^\S\n]*\n?/gmu;
/** A marker that has not fully arrived yet is held back, so that it never flashes on the page. */
const UNFINISHED = /(?:^|\n)[^\S\n]*\[(?:\[(?:B\d*\]?)?)?$/u;

/** The paragraphs of streamed prose as they are read: without the marks between beats. */
export function paragraphsOf(text: string): string[] {
  return text
    .replace(BEAT_LINE, '')
    .replace(UNFINISHED, '')
    .split(/\n\s*\n|\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}
