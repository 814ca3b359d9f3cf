import { closeHistory } from '@tiptap/pm/history';
import { Fragment, type Node } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { newPid } from '@/shared/text/pids';
import type { ChangeSet, PlacedHunk } from './model';
import { changesOf, withAction, type Outcome } from './plugin';

/**
 * The transaction that accepts hunks: one step of undo for all of them together, apart from the
 * typing before it. Null when none of them can be accepted.
 */
export function acceptHunks(
  state: EditorState,
  proposal: string,
  keys: readonly string[],
): Transaction | null {
  const set = changesOf(state).sets.find((one) => one.proposal === proposal);
  const chosen =
    set?.hunks.filter((hunk) => keys.includes(hunk.key) && hunk.status === 'open') ?? [];
  if (!set || chosen.length === 0) return null;
  const tr = closeHistory(state.tr);
  const written: { key: string; at: number; size: number; after: number }[] = [];
  // From the end, so that the places of those before stay true.
  for (const hunk of [...chosen].reverse()) {
    const size = write(tr, set, hunk);
    written.push({ key: hunk.key, at: hunk.at, size, after: tr.mapping.maps.length });
  }
  const outcome: Outcome = new Map(
    written.map(({ key, at, size, after }) => {
      const now = tr.mapping.slice(after).map(at, 1);
      return [key, { at: now, end: now + size, status: 'accepted' as const }];
    }),
  );
  return withAction(tr, { type: 'decide', proposal, outcome });
}

function write(tr: Transaction, set: ChangeSet, hunk: PlacedHunk): number {
  const { schema } = tr.doc.type;
  const mark = schema.marks.origin?.create({ ...set.origin, state: 'generated' });
  if (hunk.kind === 'insert') {
    const text = hunk.next === '' ? undefined : schema.text(hunk.next, mark && [mark]);
    const paragraph = schema.node('paragraph', { pid: newPid() }, text);
    tr.insert(hunk.at, paragraph);
    return paragraph.nodeSize;
  }
  if (hunk.next === '') {
    const isOnly = hunk.kind === 'delete' && tr.doc.resolve(hunk.at).parent.childCount === 1;
    if (isOnly) tr.delete(hunk.at + 1, hunk.end - 1);
    else tr.delete(hunk.at, hunk.end);
    return isOnly ? 2 : 0;
  }
  const around = tr.doc.resolve(hunk.at).marksAcross(tr.doc.resolve(hunk.end)) ?? [];
  const marks = mark ? mark.addToSet(around.filter((one) => one.type !== mark.type)) : around;
  const text: Node = schema.text(hunk.next, marks);
  tr.replaceWith(hunk.at, hunk.end, Fragment.from(text));
  return text.nodeSize;
}

/** The transaction that sets hunks aside, or opens set-aside ones again. The text is untouched. */
export function markHunks(
  state: EditorState,
  proposal: string,
  keys: readonly string[],
  status: 'rejected' | 'open',
): Transaction {
  const set = changesOf(state).sets.find((one) => one.proposal === proposal);
  const outcome: Outcome = new Map(
    (set?.hunks ?? [])
      .filter((hunk) => keys.includes(hunk.key) && hunk.status !== 'accepted')
      .map((hunk) => [hunk.key, { at: hunk.at, end: hunk.end, status }]),
  );
  return withAction(state.tr, { type: 'decide', proposal, outcome }).setMeta('addToHistory', false);
}

/** A transaction without steps that ends the step of undo, so that what is typed next is its own. */
export function endUndoStep(state: EditorState): Transaction {
  return closeHistory(state.tr);
}
