import { EditorState } from '@tiptap/pm/state';
import type { NodeJson, SceneJson } from './json';
import { documentOf, pagePlugins, type PageOptions } from './page';
import { compositionGate } from './plugins/composition';

/** A paragraph for tests. */
export function paragraph(pid: string, text: string): NodeJson {
  return {
    type: 'paragraph',
    attrs: { pid, align: null, form: null },
    ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
  };
}

/** A scene for tests: pairs of block id and text. */
export function scene(id: string, ...blocks: [string, string][]): SceneJson {
  return {
    type: 'scene',
    attrs: { id, schema: 1 },
    content: blocks.map(([pid, text]) => paragraph(pid, text)),
  };
}

/** Page options for tests: everything silent unless given. */
export function optionsFor(
  scenes: readonly SceneJson[],
  more: Partial<PageOptions> = {},
): PageOptions {
  return {
    scenes,
    language: 'en',
    editable: true,
    labels: {
      name: 'Page',
      hint: 'Write',
      accept: 'Accept',
      reject: 'Reject',
      youChangedThis: 'You changed this',
      redo: 'Redo',
    },
    ...more,
  };
}

/** The state of a page without a view. */
export function stateOf(scenes: readonly SceneJson[]): EditorState {
  return EditorState.create({
    doc: documentOf(scenes),
    plugins: pagePlugins(optionsFor(scenes), compositionGate()),
  });
}

/** Chance that is the same on every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
