import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const key = new PluginKey<boolean>('focus');

/** In focus mode the paragraph of the caret keeps its full ink, the others step back. */
export function focusPlugin(): Plugin {
  return new Plugin<boolean>({
    key,
    state: {
      init: () => false,
      apply: (tr, on) => (tr.getMeta(key) as boolean | undefined) ?? on,
    },
    props: {
      decorations(state) {
        if (!key.getState(state)) return null;
        const { $head } = state.selection;
        if ($head.depth < 2) return null;
        return DecorationSet.create(state.doc, [
          Decoration.node($head.before(2), $head.after(2), { class: 'in-focus' }),
        ]);
      },
      attributes: (state): Record<string, string> =>
        key.getState(state) ? { 'data-focus': 'paragraph' } : {},
    },
  });
}

/** A transaction without steps that turns paragraph focus on or off. */
export function setFocusMode(state: EditorState, on: boolean): Transaction {
  return state.tr.setMeta(key, on);
}
