import {
  chainCommands,
  createParagraphNear,
  deleteSelection,
  joinBackward,
  joinForward,
  liftEmptyBlock,
  newlineInCode,
  selectAll,
  selectNodeBackward,
  selectNodeForward,
  splitBlock,
  toggleMark,
} from '@tiptap/pm/commands';
import { redo, undo } from '@tiptap/pm/history';
import { undoInputRule } from '@tiptap/pm/inputrules';
import { keydownHandler } from '@tiptap/pm/keymap';
import { Plugin, TextSelection, type Command } from '@tiptap/pm/state';
import { isInputMethodKey } from './composition';

/** Selects the scene of the caret first, the whole document when it is selected already. */
const selectSceneThenAll: Command = (state, dispatch) => {
  const { $from, $to } = state.selection;
  if ($from.depth < 1 || $from.index(0) !== $to.index(0)) return selectAll(state, dispatch);
  const start = TextSelection.near(state.doc.resolve($from.start(1)), 1).from;
  const end = TextSelection.near(state.doc.resolve($from.end(1)), -1).to;
  if (state.selection.from === start && state.selection.to === end)
    return selectAll(state, dispatch);
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, start, end)));
  return true;
};

const hardBreak: Command = (state, dispatch) => {
  const node = state.schema.nodes.hardBreak?.create();
  if (!node || !state.selection.$from.parent.inlineContent) return false;
  dispatch?.(state.tr.replaceSelectionWith(node).scrollIntoView());
  return true;
};

const mark =
  (name: 'strong' | 'em' | 'underline'): Command =>
  (state, dispatch) => {
    const type = state.schema.marks[name];
    return type ? toggleMark(type)(state, dispatch) : false;
  };

const BINDINGS: Record<string, Command> = {
  Enter: chainCommands(newlineInCode, createParagraphNear, liftEmptyBlock, splitBlock),
  'Shift-Enter': hardBreak,
  Backspace: chainCommands(undoInputRule, deleteSelection, joinBackward, selectNodeBackward),
  'Mod-Backspace': chainCommands(deleteSelection, joinBackward, selectNodeBackward),
  Delete: chainCommands(deleteSelection, joinForward, selectNodeForward),
  'Mod-Delete': chainCommands(deleteSelection, joinForward, selectNodeForward),
  'Mod-a': selectSceneThenAll,
  'Mod-z': undo,
  'Mod-y': redo,
  'Shift-Mod-z': redo,
  'Mod-b': mark('strong'),
  'Mod-i': mark('em'),
  'Mod-u': mark('underline'),
};

/**
 * The keys of writing. None of them acts on a key of an input method, nor while AltGraph is down.
 * Tab is swallowed in prose; Esc lets the next Tab leave the page.
 */
export function keysPlugin(): Plugin {
  const handle = keydownHandler(BINDINGS);
  let leaving = false;
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (isInputMethodKey(event) || event.getModifierState('AltGraph')) return false;
        if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) {
          const lets = leaving;
          leaving = false;
          return !lets;
        }
        leaving = event.key === 'Escape' || (leaving && event.key === 'Shift');
        return handle(view, event);
      },
    },
  });
}
