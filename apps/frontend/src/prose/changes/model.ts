import type { Node } from '@tiptap/pm/model';
import { sceneById, linesOf, type Anchor } from '../anchors';
import { hunksOf, type BasePart, type Hunk } from '../diff/hunks';
import { ATOM } from '../json';

/** What became of a hunk. `stale`: the author changed the text under it. */
export type HunkStatus = 'open' | 'accepted' | 'rejected' | 'stale';

/** A hunk with its place in the document as it is now. */
export interface PlacedHunk extends Hunk {
  readonly at: number;
  readonly end: number;
  readonly status: HunkStatus;
}

/** A proposal as the page shows it. */
export interface ChangeSet {
  readonly proposal: string;
  readonly variant: string;
  readonly scene: string;
  /** What was asked for; null when it was not said in words. */
  readonly instruction: string | null;
  /** What accepted text is marked with. */
  readonly origin: {
    readonly run: string | null;
    readonly call: string | null;
    readonly demo: boolean;
  };
  readonly hunks: readonly PlacedHunk[];
}

/** The text between two places, with lines apart and atoms as one unit. */
export function textAt(doc: Node, from: number, to: number): string {
  const size = doc.content.size;
  return doc.textBetween(
    Math.max(0, Math.min(from, size)),
    Math.max(0, Math.min(to, size)),
    '\n',
    ATOM,
  );
}

/** The parts of lines an anchor covers, with the text the proposal was made from. */
export function basePartsOf(doc: Node, scene: string, anchor: Anchor): BasePart[] {
  const found = sceneById(doc, scene);
  const lines = found ? linesOf(found.node, found.at + 1) : [];
  const quoted = anchor.quote.split('\n');
  const first = lines.findIndex((line) => line.pid === anchor.from.pid);
  return quoted.map((text, index) => ({
    pid:
      index === 0
        ? anchor.from.pid
        : index === quoted.length - 1
          ? anchor.to.pid
          : (lines[first + index]?.pid ?? ''),
    off: index === 0 ? anchor.from.off : 0,
    text,
  }));
}

/**
 * Finds each hunk in the document, also after some were accepted: the new text in its place means
 * accepted, the old text means open, neither means the author was here.
 */
export function placeHunks(
  doc: Node,
  scene: string,
  hunks: readonly Hunk[],
  decided: ReadonlyMap<string, HunkStatus> = new Map(),
): PlacedHunk[] {
  const found = sceneById(doc, scene);
  const inOrder = found ? linesOf(found.node, found.at + 1) : [];
  const lines = new Map(inOrder.map((line) => [line.pid, line]));
  const shift = new Map<string, number>();
  const placed: PlacedHunk[] = [];
  for (const hunk of hunks) {
    const line = lines.get(hunk.pid);
    const said = decided.get(hunk.key);
    if (!line) {
      if (hunk.kind === 'delete') placed.push({ ...hunk, at: 0, end: 0, status: 'accepted' });
      continue;
    }
    const after = line.start + line.text.length + 1;
    if (hunk.kind === 'delete') {
      const status = said ?? (line.text === hunk.base ? 'open' : 'stale');
      placed.push({ ...hunk, at: line.start - 1, end: after, status });
      continue;
    }
    if (hunk.kind === 'insert') {
      const next = inOrder.indexOf(line) + 1;
      const there = inOrder.slice(next, next + 4).find((one) => one.text === hunk.next);
      const at = there ? there.start - 1 : after;
      const end = there ? there.start + there.text.length + 1 : after;
      placed.push({ ...hunk, at, end, status: said ?? (there ? 'accepted' : 'open') });
      continue;
    }
    const wanted = hunk.from + (shift.get(hunk.pid) ?? 0);
    const isThere = (text: string) => text !== '' && line.text.startsWith(text, wanted);
    const accepted =
      said === 'accepted' || (said === undefined && isThere(hunk.next) && !isThere(hunk.base));
    const text = accepted ? hunk.next : hunk.base;
    const off =
      text === '' || isThere(text)
        ? Math.min(wanted, line.text.length)
        : nearest(line.text, text, wanted);
    const status = off === null ? 'stale' : (said ?? (accepted ? 'accepted' : 'open'));
    const at = line.start + (off ?? Math.min(wanted, line.text.length));
    const end = Math.min(at + text.length, line.start + line.text.length);
    placed.push({ ...hunk, at, end, status });
    shift.set(
      hunk.pid,
      (off ?? wanted) - hunk.from + (accepted ? hunk.next.length - hunk.base.length : 0),
    );
  }
  return placed;
}

function nearest(text: string, wanted: string, at: number): number | null {
  let best: number | null = null;
  for (let hit = text.indexOf(wanted); hit >= 0; hit = text.indexOf(wanted, hit + 1)) {
    if (best === null || Math.abs(hit - at) < Math.abs(best - at)) best = hit;
  }
  return best;
}

/** The hunks of a proposal's variant, placed in the document. */
export function hunksInDocument(
  doc: Node,
  scene: string,
  anchor: Anchor,
  texts: readonly string[],
  language: string,
  decided?: ReadonlyMap<string, HunkStatus>,
): PlacedHunk[] {
  return placeHunks(doc, scene, hunksOf(basePartsOf(doc, scene, anchor), texts, language), decided);
}
