import { Fragment, type Node } from '@tiptap/pm/model';
import { Plugin, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { sourceOf } from './origin';

const idsOf = (doc: Node) => {
  const ids: string[] = [];
  doc.forEach((scene) => ids.push(String(scene.attrs.id)));
  return ids.join(' ');
};

/**
 * Typing never changes which scenes there are: an edit that would is refused, and a selection over
 * several scenes is emptied inside each of them.
 */
export function scenesPlugin(): Plugin {
  return new Plugin({
    filterTransaction(tr, state) {
      if (!tr.docChanged || sourceOf(tr)) return true;
      return idsOf(tr.doc) === idsOf(state.doc);
    },
    props: {
      handleTextInput(view, _from, _to, text) {
        if (view.composing) return false;
        const tr = deleteAcrossScenes(view.state);
        if (!tr) return false;
        view.dispatch(tr.insertText(text).scrollIntoView());
        return true;
      },
      handleKeyDown(view, event) {
        if (event.isComposing || !['Backspace', 'Delete', 'Enter'].includes(event.key))
          return false;
        const tr = deleteAcrossScenes(view.state);
        if (tr) view.dispatch(tr.scrollIntoView());
        return tr !== null;
      },
    },
  });
}

/** Empties a selection that lies over more than one scene; null when it does not. */
export function deleteAcrossScenes(state: EditorState): Transaction | null {
  const { from, to } = state.selection;
  const parts: { scene: Node; at: number }[] = [];
  state.doc.forEach((scene, at) => {
    if (from < at + scene.nodeSize && to > at) parts.push({ scene, at });
  });
  if (parts.length < 2) return null;
  const tr = state.tr;
  for (const { scene, at } of parts.reverse()) {
    const start = Math.max(from, at + 1);
    const end = Math.min(to, at + scene.nodeSize - 1);
    if (start <= at + 1 && end >= at + scene.nodeSize - 1) {
      const empty = state.schema.node('paragraph', { pid: scene.firstChild?.attrs.pid as unknown });
      tr.replaceWith(at + 1, at + scene.nodeSize - 1, Fragment.from(empty));
    } else if (end > start) tr.deleteRange(start, end);
  }
  return tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size))));
}
