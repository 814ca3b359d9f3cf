import type { Node } from '@tiptap/pm/model';
import type { Mapping } from '@tiptap/pm/transform';
import { textAt, type ChangeSet, type HunkStatus, type PlacedHunk } from './model';

/**
 * Moves hunks along with an edit and judges each again by comparing text: the old text back means
 * open, the new text there means accepted. Undo steps are never counted.
 */
export function followEdit(
  set: ChangeSet,
  doc: Node,
  mapping: Mapping,
  isHistory: boolean,
): ChangeSet {
  const hunks = set.hunks.map((hunk) => follow(hunk, doc, mapping, isHistory));
  const same = hunks.every((hunk, index) => hunk === set.hunks[index]);
  return same ? set : { ...set, hunks };
}

function follow(hunk: PlacedHunk, doc: Node, mapping: Mapping, isHistory: boolean): PlacedHunk {
  if (hunk.status === 'rejected')
    return moved(hunk, mapping.map(hunk.at, 1), mapping.map(hunk.end, -1));
  const collapsed = hunk.at === hunk.end;
  if (collapsed && !isHistory) {
    const at = mapping.map(hunk.at, -1);
    return judged(moved(hunk, at, at), doc, isHistory);
  }
  // Text typed at an edge is not inside. When history brings text back to an empty place, both
  // ends lie around it the wrong way: put right, they hold exactly that text.
  const one = mapping.map(hunk.at, 1);
  const other = mapping.map(hunk.end, -1);
  return judged(moved(hunk, Math.min(one, other), Math.max(one, other)), doc, isHistory);
}

function moved(hunk: PlacedHunk, at: number, end: number): PlacedHunk {
  const last = Math.max(at, end);
  return at === hunk.at && last === hunk.end ? hunk : { ...hunk, at, end: last };
}

function judged(hunk: PlacedHunk, doc: Node, isHistory: boolean): PlacedHunk {
  const status = statusOf(hunk, textAt(doc, hunk.at, hunk.end), isHistory);
  return status === hunk.status ? hunk : { ...hunk, status };
}

function statusOf(hunk: PlacedHunk, now: string, isHistory: boolean): HunkStatus {
  if (now === hunk.base) return isHistory || hunk.status !== 'accepted' ? 'open' : 'accepted';
  if (now === hunk.next && isHistory) return 'accepted';
  // What was accepted and then edited by hand stays accepted: it is the author's text now.
  return hunk.status === 'accepted' ? 'accepted' : 'stale';
}

/** A decision that changed between two states of the page, to travel in the next save. */
export interface Decision {
  readonly proposal_id: string;
  readonly variant: string;
  readonly hunks: readonly string[];
  readonly action: 'accept' | 'reject' | 'reopen';
  /** Hunks still to be decided; only the page can count them. */
  readonly left: number;
}

/** The decisions that lead from one state of a proposal to the next. */
export function decisionsBetween(before: ChangeSet, after: ChangeSet): Decision[] {
  const was = new Map(before.hunks.map((hunk) => [hunk.key, hunk.status]));
  const left = after.hunks.filter(
    (hunk) => hunk.status === 'open' || hunk.status === 'stale',
  ).length;
  const grouped = new Map<Decision['action'], string[]>();
  for (const hunk of after.hunks) {
    const old = was.get(hunk.key);
    if (old === undefined || old === hunk.status) continue;
    const action = actionOf(old, hunk.status);
    if (action) grouped.set(action, [...(grouped.get(action) ?? []), hunk.key]);
  }
  return [...grouped].map(([action, hunks]) => ({
    proposal_id: after.proposal,
    variant: after.variant,
    hunks,
    action,
    left,
  }));
}

function actionOf(before: HunkStatus, after: HunkStatus): Decision['action'] | null {
  if (after === 'accepted') return 'accept';
  if (after === 'rejected') return 'reject';
  return before === 'accepted' || before === 'rejected' ? 'reopen' : null;
}
