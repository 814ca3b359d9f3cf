import { paragraph, scene, stateOf } from '@/prose/testing';
import { textOf } from '@/prose/json';
import { insertion } from './insertion';

const state = stateOf([scene('s', ['a', 'She rose and'], ['b', ''], ['c', 'He left. Rain.'])]);
const starts: Record<string, number> = {};
state.doc.descendants((node, at) => {
  if (node.isTextblock) starts[String(node.attrs.pid)] = at + 1;
});
const at = (pid: string, off: number) => (starts[pid] ?? 0) + off;
const blocks = (...texts: string[]) => texts.map((text, index) => paragraph(`n${index}`, text));

function linesAfter(place: number, texts: string[], joins = false) {
  const tr = insertion(state, place, { blocks: blocks(...texts), joins });
  tr.doc.check();
  const found =
    tr.doc.firstChild?.content.content.map((node) => textOf(node.toJSON() as never)) ?? [];
  return { found, caret: tr.selection.$head.parent.textContent };
}

test('paragraphs follow the one at whose end the caret is', () => {
  const { found, caret } = linesAfter(at('a', 12), ['One.', 'Two.']);
  expect(found).toEqual(['She rose and', 'One.', 'Two.', '', 'He left. Rain.']);
  expect(caret).toBe('Two.');
});

test('a reading that joins ends the sentence in its own paragraph', () => {
  const { found, caret } = linesAfter(at('a', 12), [' went out.', 'Two.'], true);
  expect(found).toEqual(['She rose and went out.', 'Two.', '', 'He left. Rain.']);
  expect(caret).toBe('Two.');
});

test('a sentence that joins inside a paragraph leaves the rest where it is', () => {
  expect(linesAfter(at('c', 8), [' It was dark.'], true).found[2]).toBe(
    'He left. It was dark. Rain.',
  );
});

test('an empty paragraph gives its room, a full one is parted', () => {
  expect(linesAfter(at('b', 0), ['One.']).found).toEqual([
    'She rose and',
    'One.',
    'He left. Rain.',
  ]);
  expect(linesAfter(at('c', 8), ['One.']).found).toEqual([
    'She rose and',
    '',
    'He left.',
    'One.',
    ' Rain.',
  ]);
});

test('what tells a beat stands behind it, and the beat knows', () => {
  const beat = {
    type: 'beat',
    attrs: { pid: 'bb', beatId: 'b1', covers: [] },
    content: [{ type: 'text', text: 'She finds it.' }],
  };
  const planned = scene('s', ['a', 'Before.']);
  const withBeat = stateOf([{ ...planned, content: [beat, ...planned.content] }]);
  const tr = insertion(withBeat, 2, { blocks: blocks('Found.') });
  tr.doc.check();
  const [first, second] = tr.doc.firstChild?.content.content ?? [];
  expect(second?.textContent).toBe('Found.');
  expect(first?.attrs.covers).toEqual([second?.attrs.pid]);
});
