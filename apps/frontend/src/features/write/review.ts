import type { EditorView } from '@tiptap/pm/view';
import { acceptHunks, endUndoStep, markHunks } from '@/prose/changes/decide';
import {
  changesOf,
  isWaiting,
  withAction,
  type Changes,
  type HunkFocus,
} from '@/prose/changes/plugin';
import { goTo } from '@/prose/page';

/** Decides hunks of one proposal: an accept is one step of undo, a reject leaves the text alone. */
export function decideHunks(
  view: EditorView,
  proposal: string,
  keys: readonly string[],
  action: 'accept' | 'reject',
): void {
  if (action === 'accept') {
    const tr = acceptHunks(view.state, proposal, keys);
    if (!tr) return;
    view.dispatch(tr);
    view.dispatch(endUndoStep(view.state));
  } else view.dispatch(markHunks(view.state, proposal, keys, 'rejected'));
  dropDecided(view);
}

/** A proposal with nothing left to decide leaves the page; undo right after still finds its hunks. */
function dropDecided(view: EditorView): void {
  const { sets, focus } = changesOf(view.state);
  if (
    focus &&
    !sets.some((set) => set.hunks.some((hunk) => hunk.key === focus.key && isWaiting(hunk.status)))
  ) {
    moveFocus(view, 1, false);
  }
}

interface Listed extends HunkFocus {
  readonly at: number;
  readonly stale: boolean;
}

/** The hunks that still wait, in the order of the text. */
export function waitingHunks(changes: Changes): Listed[] {
  return changes.sets
    .flatMap((set) =>
      set.hunks
        .filter((hunk) => isWaiting(hunk.status))
        .map((hunk) => ({
          proposal: set.proposal,
          key: hunk.key,
          at: hunk.at,
          stale: hunk.status === 'stale',
        })),
    )
    .sort((one, other) => one.at - other.at);
}

/** The hunk in focus and its number, or the first. */
export function currentHunk(changes: Changes): { index: number; hunks: Listed[] } {
  const hunks = waitingHunks(changes);
  const index = hunks.findIndex((hunk) => hunk.key === changes.focus?.key);
  return { index: Math.max(0, index), hunks };
}

/** Goes to the next or the previous hunk. */
export function moveFocus(view: EditorView, step: 1 | -1, moveCaret = true): void {
  const changes = changesOf(view.state);
  const hunks = waitingHunks(changes);
  const from = hunks.findIndex((hunk) => hunk.key === changes.focus?.key);
  const next =
    from < 0 ? (step > 0 ? 0 : hunks.length - 1) : (from + step + hunks.length) % hunks.length;
  const hunk = hunks[next];
  const focus = hunk ? { proposal: hunk.proposal, key: hunk.key } : null;
  view.dispatch(withAction(view.state.tr, { type: 'focus', focus }));
  if (hunk && moveCaret) goTo(view, hunk.at);
}

/** Decides everything that waits; all accepts of one proposal are one step of undo. */
export function decideAll(view: EditorView, action: 'accept' | 'reject'): void {
  for (const set of changesOf(view.state).sets) {
    const keys = set.hunks.filter((hunk) => isWaiting(hunk.status)).map((hunk) => hunk.key);
    if (keys.length > 0) decideHunks(view, set.proposal, keys, action);
  }
}
