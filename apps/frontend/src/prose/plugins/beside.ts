import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** Something drawn beside the text at a place of it: a running draft, a scene's controls. */
export interface Beside {
  readonly id: string;
  readonly at: number;
  /** The element stays the same one while it is shown, so what streams into it needs no redraw. */
  readonly element: HTMLElement;
  /** Before (-1) or after (1) the text at the same place. */
  readonly side?: -1 | 1;
}

type Action = { readonly show: readonly Beside[] } | { readonly hide: readonly string[] };

const key = new PluginKey<DecorationSet>('beside');

/** Draws elements beside the text. They are decorations: no document transaction, nothing saved. */
export function besidePlugin(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, shown) => {
        const mapped = shown.map(tr.mapping, tr.doc);
        const action = tr.getMeta(key) as Action | undefined;
        if (!action) return mapped;
        const ids = 'show' in action ? action.show.map((one) => one.id) : action.hide;
        const kept = mapped.remove(
          mapped.find(undefined, undefined, (spec) => ids.includes(String(spec.key))),
        );
        return 'show' in action ? kept.add(tr.doc, action.show.map(widget)) : kept;
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

function widget({ id, at, element, side = 1 }: Beside): Decoration {
  return Decoration.widget(at, element, {
    key: id,
    side,
    stopEvent: () => true,
    ignoreSelection: true,
  });
}

/** Whether something of that id is shown. */
export function isBeside(state: EditorState, id: string): boolean {
  const shown = key.getState(state);
  return (shown?.find(undefined, undefined, (spec) => spec.key === id).length ?? 0) > 0;
}

/** A transaction without steps that shows these elements, in place of any of the same id. */
export function showBeside(state: EditorState, show: readonly Beside[]): Transaction {
  return state.tr.setMeta(key, { show } satisfies Action).setMeta('addToHistory', false);
}

/** A transaction without steps that takes elements away. */
export function hideBeside(state: EditorState, hide: readonly string[]): Transaction {
  return state.tr.setMeta(key, { hide } satisfies Action).setMeta('addToHistory', false);
}
