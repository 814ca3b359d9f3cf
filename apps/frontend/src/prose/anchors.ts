import type { Node } from '@tiptap/pm/model';
import { quoteHash } from '@/shared/text/quote-hash';
import { ATOM } from './json';

/** A place in a block: UTF-16 code units from its start, atoms count one. */
export interface Place {
  readonly pid: string;
  readonly off: number;
}

/** A stretch of text that can be found again after edits around it. */
export interface Anchor {
  readonly from: Place;
  readonly to: Place;
  readonly quote: string;
  readonly quote_hash: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Positions in the document. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where an anchor was found, or that it lost its place. */
export type Resolved =
  (Range & { readonly how: 'exact' | 'nearby' | 'context' }) | { readonly how: 'lost' };

interface Line {
  readonly pid: string;
  readonly text: string;
  /** Document position of the first character. */
  readonly start: number;
}

const CONTEXT = 32;

/** Every line of text under `node`, whose content starts at `base`. */
export function linesOf(node: Node, base: number): Line[] {
  const lines: Line[] = [];
  node.descendants((child, at) => {
    if (!child.isTextblock) return true;
    lines.push({
      pid: String(child.attrs.pid ?? ''),
      text: child.textBetween(0, child.content.size, undefined, ATOM),
      start: base + at + 1,
    });
    return false;
  });
  return lines;
}

/** The scene that holds a position: its node and the position before it; null outside any. */
export function sceneAt(doc: Node, position: number): { node: Node; at: number } | null {
  const inside = doc.resolve(Math.max(0, Math.min(position, doc.content.size)));
  if (inside.depth < 1) return null;
  return { node: inside.node(1), at: inside.before(1) };
}

/** The scene of that id and the position before it. */
export function sceneById(doc: Node, id: string): { node: Node; at: number } | null {
  let found: { node: Node; at: number } | null = null;
  doc.forEach((node, at) => {
    if (node.attrs.id === id) found = { node, at };
  });
  return found;
}

/** The position behind a block of a scene; undefined when the block is gone. */
export function behindBlock(scene: { node: Node; at: number }, pid: string): number | undefined {
  let found: number | undefined;
  scene.node.forEach((node, offset) => {
    if (node.attrs.pid === pid) found = scene.at + 1 + offset + node.nodeSize;
  });
  return found;
}

/** Anchors a range that lies within one scene; null where it touches no line of text. */
export function anchorOf(doc: Node, range: Range): Anchor | null {
  const scene = sceneAt(doc, range.from);
  if (!scene) return null;
  const lines = linesOf(scene.node, scene.at + 1);
  const first = lines.find((line) => range.from <= line.start + line.text.length);
  const last = lines.findLast((line) => range.to >= line.start);
  if (!first || !last || last.start < first.start) return null;
  const from = Math.max(0, range.from - first.start);
  const to = Math.min(last.text.length, Math.max(0, range.to - last.start));
  const inside = lines.slice(lines.indexOf(first), lines.indexOf(last) + 1);
  const quote = inside
    .map((line) => line.text.slice(line === first ? from : 0, line === last ? to : undefined))
    .join('\n');
  return {
    from: { pid: first.pid, off: from },
    to: { pid: last.pid, off: to },
    quote,
    quote_hash: quoteHash(quote),
    prefix: first.text.slice(Math.max(0, from - CONTEXT), from),
    suffix: last.text.slice(to, to + CONTEXT),
  };
}

/**
 * Finds an anchor in a scene. The first hit wins: the same block with the same quote at the same
 * offset; the same block, the quote elsewhere in it (the nearest); prefix, quote and suffix
 * together anywhere in the scene.
 */
export function resolveAnchor(scene: Node, sceneAtPosition: number, anchor: Anchor): Resolved {
  const lines = linesOf(scene, sceneAtPosition + 1);
  const starts: number[] = [];
  let whole = '';
  for (const line of lines) {
    starts.push(whole.length);
    whole += `${line.text}\n`;
  }
  const toRange = (at: number): Range | null => {
    const from = toPosition(lines, starts, at, 'from');
    const to = toPosition(lines, starts, at + anchor.quote.length, 'to');
    return from === null || to === null ? null : { from, to };
  };
  const found = (at: number, how: 'exact' | 'nearby' | 'context'): Resolved | null => {
    const range = toRange(at);
    return range && { ...range, how };
  };

  const index = lines.findIndex((line) => line.pid === anchor.from.pid);
  const line = lines[index];
  const start = starts[index];
  if (line && start !== undefined) {
    const at = start + anchor.from.off;
    if (anchor.quote !== '' && whole.startsWith(anchor.quote, at)) {
      const exact = found(at, 'exact');
      if (exact) return exact;
    }
    if (anchor.quote === '') {
      const { off, how } = caretIn(line.text, anchor);
      return { from: line.start + off, to: line.start + off, how };
    }
    const near = nearest(whole, anchor.quote, at, start, start + line.text.length);
    const nearby = near === null ? null : found(near, 'nearby');
    if (nearby) return nearby;
  }
  const context = `${anchor.prefix}${anchor.quote}${anchor.suffix}`;
  const once = context === '' ? -1 : whole.indexOf(context);
  if (once >= 0 && whole.indexOf(context, once + 1) < 0) {
    const hit = found(once + anchor.prefix.length, 'context');
    if (hit) return hit;
  }
  return { how: 'lost' };
}

/** Where a caret stands in its line now: by its offset while the words before it are the same, else by them. */
function caretIn(text: string, anchor: Anchor): { off: number; how: 'exact' | 'nearby' } {
  const { off } = anchor.from;
  const { prefix, suffix } = anchor;
  if (off <= text.length && text.slice(0, off).endsWith(prefix)) return { off, how: 'exact' };
  const both = text.indexOf(`${prefix}${suffix}`);
  if (both >= 0) return { off: both + prefix.length, how: 'nearby' };
  const before = text.lastIndexOf(prefix);
  if (before >= 0) return { off: before + prefix.length, how: 'nearby' };
  return { off: Math.min(off, text.length), how: 'nearby' };
}

function nearest(
  whole: string,
  quote: string,
  wanted: number,
  from: number,
  to: number,
): number | null {
  if (quote === '') return null;
  let best: number | null = null;
  for (
    let at = whole.indexOf(quote, from);
    at >= 0 && at <= to;
    at = whole.indexOf(quote, at + 1)
  ) {
    if (best === null || Math.abs(at - wanted) < Math.abs(best - wanted)) best = at;
  }
  return best;
}

function toPosition(
  lines: Line[],
  starts: number[],
  at: number,
  end: 'from' | 'to',
): number | null {
  for (const [index, line] of lines.entries()) {
    const start = starts[index] ?? 0;
    const last = start + line.text.length;
    if (at < start || at > last) continue;
    // Where a range ends is never the start of a line it does not touch.
    if (end === 'to' && at === start && index > 0 && line.text !== '') continue;
    return line.start + (at - start);
  }
  return null;
}
