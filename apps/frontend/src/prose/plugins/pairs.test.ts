import { TextSelection, type EditorState } from '@tiptap/pm/state';
import { scene, stateOf } from '../testing';
import { typed } from './pairs';

function at(text: string): EditorState {
  const off = text.indexOf('|');
  const end = text.lastIndexOf('|');
  const state = stateOf([scene('s', ['p', text.replaceAll('|', '')])]);
  const selection = TextSelection.create(state.doc, 2 + off, 2 + (end > off ? end - 1 : off));
  return state.apply(state.tr.setSelection(selection));
}

function after(text: string, mark: string): string | null {
  const state = at(text);
  const tr = typed(state, state.selection.from, state.selection.to, mark);
  if (!tr) return null;
  const { from, to } = tr.selection;
  const line = tr.doc.textContent;
  return from === to
    ? `${line.slice(0, from - 2)}|${line.slice(from - 2)}`
    : `${line.slice(0, from - 2)}|${line.slice(from - 2, to - 2)}|${line.slice(to - 2)}`;
}

test.each([
  ['他说：|', '「', '他说：「|」'],
  ['他说：|', '“', '他说：“|”'],
  ['「走吧。|」', '」', '「走吧。」|'],
  ['“『走|』”', '』', '“『走』|”'],
  ['他|走|了', '「', '他「|走|」了'],
  ['She said |', '"', 'She said “|”'],
  ['“Go,|” she', '"', '“Go,”| she'],
  ['a |word| here', '"', 'a “|word|” here'],
])('%s + %s', (before, mark, result) => {
  expect(after(before, mark)).toBe(result);
});

test.each([
  ['他|走了', '「'],
  ['don|t', '’'],
  ['six feet|', '"'],
  ['“Go,” she said. |Then', '"'],
  ['它|', '」'],
])('%s + %s stays as typed', (before, mark) => {
  expect(after(before, mark)).toBeNull();
});
