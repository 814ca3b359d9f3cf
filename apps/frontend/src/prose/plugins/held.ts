import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const key = new PluginKey<DecorationSet>('held');

/** Keeps a stretch of text marked while something about it is asked elsewhere on the screen. */
export function heldPlugin(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, shown) => {
        const range = tr.getMeta(key) as Held | undefined;
        if (range === undefined) return shown.map(tr.mapping, tr.doc);
        if (range === null || range.from >= range.to) return DecorationSet.empty;
        return DecorationSet.create(tr.doc, [
          Decoration.inline(range.from, range.to, { class: 'held' }),
        ]);
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

type Held = { readonly from: number; readonly to: number } | null;

/** A transaction without steps that marks this stretch, or none. */
export function setHeld(state: EditorState, range: Held): Transaction {
  return state.tr.setMeta(key, range).setMeta('addToHistory', false);
}
