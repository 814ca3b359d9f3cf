import { Plugin, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { isInputMethodKey } from './composition';

const CLOSER: Readonly<Record<string, string>> = {
  '“': '”',
  '‘': '’',
  '「': '」',
  '『': '』',
  '《': '》',
  '〈': '〉',
  '（': '）',
  '【': '】',
};
const CLOSERS: ReadonlySet<string> = new Set(Object.values(CLOSER));
const OPENS_HERE = /(?:^|[\s{[(<\u2018\u201C\u2014-])$/u;
const CLOSES_HERE = /^(?:$|[\s”’」』》〉）】,.;:!?，。；：！？、…—])/u;

/**
 * Quotes and brackets come in pairs: an opening one brings its closing one, the closing one steps
 * over it, and around a selection both are set. What was typed is never exchanged for another mark,
 * except the straight quote of Latin scripts, which stands for “ and ”.
 */
export function pairsPlugin(language: string): Plugin {
  const isChinese = language.startsWith('zh');
  return new Plugin({
    props: {
      handleTextInput(view, from, to, text) {
        if (view.composing || (isChinese && text === '"')) return false;
        const tr = typed(view.state, from, to, text);
        if (tr) view.dispatch(tr);
        return tr !== null;
      },
      handleKeyDown(view, event) {
        if (event.key !== 'Backspace' || isInputMethodKey(event)) return false;
        const tr = event.ctrlKey || event.altKey || event.metaKey ? null : emptied(view.state);
        if (tr) view.dispatch(tr);
        return tr !== null;
      },
      handleDOMEvents: {
        compositionend(view, event) {
          const { data } = event;
          if (data.length !== 1 || !(data in CLOSER || CLOSERS.has(data))) return false;
          // The view reads the composed mark after this event; one task later it is in the text.
          setTimeout(() => {
            if (view.isDestroyed || view.composing) return;
            const tr = composed(view.state, data);
            if (tr) view.dispatch(tr);
          }, 60);
          return false;
        },
      },
    },
  });
}

/** What typing a mark does; null when it is no mark of a pair here. */
export function typed(
  state: EditorState,
  from: number,
  to: number,
  text: string,
): Transaction | null {
  const { before, after } = around(state, from, to);
  const isLatinQuote = text === '"';
  const open = isLatinQuote ? '“' : text;
  const close = CLOSER[open];
  if (from !== to) {
    if (!close || !state.doc.resolve(from).sameParent(state.doc.resolve(to))) return null;
    const tr = state.tr.insertText(close, to).insertText(open, from);
    return tr.setSelection(TextSelection.create(tr.doc, from + 1, to + 1));
  }
  const steps = isLatinQuote ? '”' : text;
  if (CLOSERS.has(steps) && after.startsWith(steps) && (!isLatinQuote || !OPENS_HERE.test(before)))
    return state.tr.setSelection(TextSelection.create(state.doc, from + 1));
  if (!close || !CLOSES_HERE.test(after)) return null;
  if (isLatinQuote && !OPENS_HERE.test(before)) return null;
  const tr = state.tr.insertText(open + close, from);
  return tr.setSelection(TextSelection.create(tr.doc, from + 1)).scrollIntoView();
}

/** What follows when an input method has set a mark: its partner, or one of two closing ones less. */
function composed(state: EditorState, mark: string): Transaction | null {
  const { from, empty } = state.selection;
  const { before, after } = around(state, from, from);
  if (!empty || !before.endsWith(mark)) return null;
  const close = CLOSER[mark];
  if (!close) return after.startsWith(mark) ? state.tr.delete(from, from + 1) : null;
  if (!CLOSES_HERE.test(after)) return null;
  const tr = state.tr.insertText(close, from);
  return tr.setSelection(TextSelection.create(tr.doc, from));
}

/** Backspace inside an empty pair takes both of it. */
function emptied(state: EditorState): Transaction | null {
  const { from, empty } = state.selection;
  const { before, after } = around(state, from, from);
  const close = CLOSER[before.slice(-1)];
  return empty && close && after.startsWith(close) ? state.tr.delete(from - 1, from + 1) : null;
}

function around(state: EditorState, from: number, to: number) {
  const start = state.doc.resolve(from);
  const end = state.doc.resolve(to);
  const text = (a: number, b: number) => state.doc.textBetween(a, b, '\n', '\uFFFC');
  return {
    before: text(Math.max(start.start(), from - 2), from),
    after: text(to, Math.min(end.end(), to + 2)),
  };
}
