import { quoteHash } from '@/shared/text/quote-hash';
import { sentences, words } from '@/shared/text/segment';
import { alignParagraphs } from './align';
import { editsOf } from './tokens';

/** A paragraph, or the part of one, that a proposal would replace. `off` is where it starts. */
export interface BasePart {
  readonly pid: string;
  readonly off: number;
  readonly text: string;
}

/**
 * One change a person can take or leave. `text` replaces `[from, to)` of block `pid`. A whole
 * paragraph comes as `insert` (after block `pid`) or goes as `delete`.
 */
export interface Hunk {
  readonly key: string;
  readonly kind: 'text' | 'insert' | 'delete';
  readonly pid: string;
  readonly from: number;
  readonly to: number;
  readonly base: string;
  readonly next: string;
}

/** Above this share of changed text a paragraph is shown whole, old then new: no confetti. */
const WHOLE = 0.6;

/** The hunks that turn the base into the new paragraphs, in reading order, each with a stable key. */
export function hunksOf(
  base: readonly BasePart[],
  next: readonly string[],
  language: string,
): Hunk[] {
  const rows = alignParagraphs(
    base.map((part) => part.text),
    [...next],
    language,
  );
  const plain: Omit<Hunk, 'key'>[] = [];
  let last = base[0]?.pid ?? '';
  for (const row of rows) {
    const part = row.base === null ? undefined : base[row.base];
    const text = row.next === null ? undefined : next[row.next];
    if (part && text !== undefined) plain.push(...hunksOfParagraph(part, text, language));
    else if (part) plain.push(goneParagraph(part, base.length));
    else if (text !== undefined) {
      plain.push({ kind: 'insert', pid: last, from: 0, to: 0, base: '', next: text });
    }
    if (part) last = part.pid;
  }
  return withKeys(plain);
}

function goneParagraph(part: BasePart, parts: number): Omit<Hunk, 'key'> {
  const kind = part.off === 0 && parts > 1 ? 'delete' : 'text';
  return {
    kind,
    pid: part.pid,
    from: part.off,
    to: part.off + part.text.length,
    base: part.text,
    next: '',
  };
}

function withKeys(plain: Omit<Hunk, 'key'>[]): Hunk[] {
  const seen = new Map<string, number>();
  return plain.map((hunk) => {
    const key = quoteHash(`${hunk.pid}\u0000${hunk.base}\u0000${hunk.next}`);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return { ...hunk, key: nth === 0 ? key : `${key}.${nth}` };
  });
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly next: string;
}

function hunksOfParagraph(part: BasePart, next: string, language: string): Omit<Hunk, 'key'>[] {
  if (part.text === next) return [];
  const spans = joined(part.text, wordSpans(part.text, next, language));
  const changed = spans.reduce(
    (sum, span) => sum + Math.max(span.to - span.from, span.next.length),
    0,
  );
  const whole = changed > WHOLE * Math.max(part.text.length, next.length);
  const shown = whole ? [{ from: 0, to: part.text.length, next }] : spans;
  return shown.map((span) => ({
    kind: 'text',
    pid: part.pid,
    from: part.off + span.from,
    to: part.off + span.to,
    base: part.text.slice(span.from, span.to),
    next: span.next,
  }));
}

/** Sentences first, then words inside the sentences that differ. */
function wordSpans(base: string, next: string, language: string): Span[] {
  const baseSentences = sentences(base, language);
  const nextSentences = sentences(next, language);
  const spans: Span[] = [];
  for (const edit of editsOf(baseSentences, nextSentences)) {
    const start = length(baseSentences, 0, edit.baseFrom);
    const old = baseSentences.slice(edit.baseFrom, edit.baseTo).join('');
    const fresh = nextSentences.slice(edit.nextFrom, edit.nextTo).join('');
    const oldWords = words(old, language);
    const freshWords = words(fresh, language);
    const inner = joined(
      old,
      editsOf(oldWords, freshWords).map((change) => ({
        from: length(oldWords, 0, change.baseFrom),
        to: length(oldWords, 0, change.baseTo),
        next: freshWords.slice(change.nextFrom, change.nextTo).join(''),
      })),
    );
    const changed = inner.reduce(
      (sum, span) => sum + Math.max(span.to - span.from, span.next.length),
      0,
    );
    const whole = changed > WHOLE * Math.max(old.length, fresh.length);
    const shown = whole ? [trimmed(old, fresh)] : inner;
    spans.push(...shown.map((span) => ({ ...span, from: start + span.from, to: start + span.to })));
  }
  return spans;
}

/** The same change without the text both sides share at the ends, cut at spaces only. */
function trimmed(old: string, fresh: string): Span {
  const tail = /\s*$/u.exec(old)?.[0] ?? '';
  const cut = tail !== '' && fresh.endsWith(tail) ? tail.length : 0;
  return { from: 0, to: old.length - cut, next: fresh.slice(0, fresh.length - cut) };
}

/** Changes with nothing but a space or one short word between them become one. */
function joined(base: string, spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const previous = result.at(-1);
    const between = previous ? base.slice(previous.to, span.from) : '';
    if (previous && isSlight(between)) {
      result[result.length - 1] = {
        from: previous.from,
        to: span.to,
        next: `${previous.next}${between}${span.next}`,
      };
    } else result.push(span);
  }
  return result;
}

const isSlight = (between: string) =>
  !/[\p{L}\p{N}]/u.test(between) || /^\s*\p{Script=Latin}{1,3}\s*$/u.test(between);

const length = (parts: readonly string[], from: number, to: number) =>
  parts.slice(from, to).reduce((sum, part) => sum + part.length, 0);
