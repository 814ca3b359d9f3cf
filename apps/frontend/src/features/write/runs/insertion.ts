import { Fragment, type Node } from '@tiptap/pm/model';
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { newPid } from '@/shared/text/pids';
import type { ProposalVariant } from '../model';

/**
 * A transaction that puts the blocks of a reading at a place in the text, with the caret behind
 * them. At the end of a paragraph they follow it, inside one they part it, an empty one gives its
 * room; a reading that joins goes on in the paragraph itself.
 */
export function insertion(
  state: EditorState,
  at: number,
  variant: Pick<ProposalVariant, 'blocks' | 'joins'>,
): Transaction {
  const { schema, tr } = state;
  const blocks = variant.blocks.map((block) =>
    schema.nodeFromJSON({ ...block, attrs: { ...block.attrs, pid: newPid() } }),
  );
  const place = state.doc.resolve(at);
  const { parent } = place;
  const isProse = parent.isTextblock && parent.type.name !== 'beat' && place.depth === 2;
  if (!isProse) {
    const after = place.depth > 1 ? place.after(2) : at;
    if (parent.type.name === 'beat') {
      const held = (parent.attrs.covers ?? []) as readonly string[];
      const told = blocks.map((block) => String(block.attrs.pid));
      tr.setNodeAttribute(place.before(2), 'covers', [...held, ...told]);
    }
    return placed(tr.insert(after, Fragment.fromArray(blocks)), after, sizeOf(blocks));
  }
  const [first, ...rest] = blocks;
  const isAtEnd = place.parentOffset === parent.content.size;
  if (variant.joins && first && parent.content.size > 0) {
    if (rest.length > 0) {
      if (!isAtEnd) tr.split(at);
      tr.insert(isAtEnd ? place.after() : at + 1, Fragment.fromArray(rest));
    }
    tr.insert(at, first.content);
    const behind = rest.length > 0 ? at + first.content.size + 1 : at;
    return placed(tr, behind, rest.length > 0 ? sizeOf(rest) : first.content.size);
  }
  if (parent.content.size === 0) {
    tr.replaceWith(place.before(), place.after(), blocks);
    return placed(tr, place.before(), sizeOf(blocks));
  }
  if (place.parentOffset === 0) {
    return placed(
      tr.insert(place.before(), Fragment.fromArray(blocks)),
      place.before(),
      sizeOf(blocks),
    );
  }
  if (!isAtEnd) tr.split(at);
  const between = isAtEnd ? place.after() : at + 1;
  return placed(tr.insert(between, Fragment.fromArray(blocks)), between, sizeOf(blocks));
}

const sizeOf = (blocks: readonly Node[]) => blocks.reduce((sum, block) => sum + block.nodeSize, 0);

/** The caret stands behind what came, so that the author goes on from there. */
function placed(tr: Transaction, from: number, size: number): Transaction {
  const end = tr.doc.resolve(Math.min(from + size, tr.doc.content.size));
  return tr.setSelection(TextSelection.near(end, -1));
}
