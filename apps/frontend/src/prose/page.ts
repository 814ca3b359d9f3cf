import { gapCursor } from '@tiptap/pm/gapcursor';
import { history } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import type { Plugin } from '@tiptap/pm/state';
import { EditorState, Selection, type Transaction } from '@tiptap/pm/state';
import { EditorView } from '@tiptap/pm/view';
import { changesPlugin, type Changes } from './changes/plugin';
import type { HunkAction, HunkLabels } from './changes/draw';
import type { Decision } from './changes/judge';
import type { SceneJson } from './json';
import type { PasteReport } from './paste';
import { besidePlugin } from './plugins/beside';
import { compositionGate, type CompositionGate } from './plugins/composition';
import { focusPlugin } from './plugins/focus';
import { heldPlugin } from './plugins/held';
import { hintPlugin } from './plugins/hint';
import { keysPlugin } from './plugins/keys';
import { markSource, sourceOf, type Source } from './plugins/origin';
import { pairsPlugin } from './plugins/pairs';
import { pastePlugin } from './plugins/paste';
import { pidPlugin } from './plugins/pids';
import { scenesPlugin } from './plugins/scenes';
import { typographyPlugin } from './plugins/typography';
import { proseSchema } from './schema';

/** The words of the page itself. */
export interface PageLabels extends HunkLabels {
  readonly name: string;
  readonly hint: string;
}

/** What a page is made of and whom it tells what. */
export interface PageOptions {
  readonly scenes: readonly SceneJson[];
  /** Language of the manuscript. */
  readonly language: string;
  readonly editable: boolean;
  readonly labels: PageLabels;
  /** Scenes the author's hand changed (typing, undo, an accept), never those the server changed. */
  readonly onEdited?: (scenes: readonly string[]) => void;
  readonly onSelection?: (state: EditorState) => void;
  readonly onDocument?: (doc: Node) => void;
  readonly onDecisions?: (decisions: readonly Decision[], scene: string) => void;
  readonly onChanges?: (changes: Changes) => void;
  readonly onTool?: (proposal: string, key: string, action: HunkAction) => void;
  readonly onPasteLeftOut?: (report: PasteReport, plain: string) => void;
}

/** One writing surface over a chapter. It owns its document; nobody mirrors it. */
export interface Page {
  readonly view: EditorView;
  readonly gate: CompositionGate;
  readonly sceneJson: (id: string) => SceneJson | null;
  /** Puts scenes in place of those of the same id, as one step; waits for a composition to end. */
  readonly putScenes: (scenes: readonly SceneJson[], source: Source) => void;
  /** Puts another set of scenes in place of all: after a structure operation. */
  readonly setScenes: (scenes: readonly SceneJson[]) => void;
  readonly setEditable: (editable: boolean) => void;
  readonly destroy: () => void;
}

/** Builds the document; throws when the JSON has nodes or marks this version does not know. */
export function documentOf(scenes: readonly SceneJson[]): Node {
  if (scenes.some((scene) => scene.attrs.schema > 1)) throw new RangeError('newer schema');
  const doc = proseSchema.nodeFromJSON({ type: 'doc', content: scenes });
  doc.check();
  return doc;
}

/** A lone half of a surrogate pair, or U+0000. */
const UNFIT = /\p{Surrogate}|\0/gu;

/** The JSON of a scene node, fit for the wire: what the store refuses is replaced here. */
export function jsonOf(scene: Node): SceneJson {
  const json = JSON.stringify(scene.toJSON(), (key, value: unknown) =>
    key === 'text' && typeof value === 'string' ? value.replace(UNFIT, '\uFFFD') : value,
  );
  return JSON.parse(json) as SceneJson;
}

/** All plugins of a page, in the order in which they hear of keys. */
export function pagePlugins(options: PageOptions, gate: CompositionGate): Plugin[] {
  const silent = () => undefined;
  return [
    gate.plugin,
    scenesPlugin(),
    keysPlugin(),
    pairsPlugin(options.language),
    ...(options.language.startsWith('zh') ? [] : [typographyPlugin()]),
    pidPlugin(),
    pastePlugin(options.onPasteLeftOut ?? silent),
    hintPlugin(options.labels.hint),
    focusPlugin(),
    heldPlugin(),
    besidePlugin(),
    changesPlugin({
      labels: options.labels,
      onDecisions: options.onDecisions ?? silent,
      onShown: options.onChanges ?? silent,
      isComposing: gate.isComposing,
      onTool: options.onTool ?? silent,
    }),
    history({ newGroupDelay: 700 }),
    gapCursor(),
  ];
}

/** Opens a page in an element. */
export function openPage(element: HTMLElement, options: PageOptions): Page {
  const gate = compositionGate();
  let editable = options.editable;
  const state = EditorState.create({
    doc: documentOf(options.scenes),
    plugins: pagePlugins(options, gate),
  });
  const view: EditorView = new EditorView(element, {
    state,
    editable: () => editable,
    attributes: () => ({
      class: 'prose',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': options.labels.name,
      'aria-readonly': String(!editable),
      lang: options.language === 'zh' ? 'zh-CN' : options.language,
      spellcheck: options.language.startsWith('zh') ? 'false' : 'true',
      // Foreign extensions that rewrite the DOM under the caret are asked to stay away.
      'data-gramm': 'false',
    }),
    dispatchTransaction(tr) {
      const before = view.state;
      view.updateState(before.apply(tr));
      tell(options, before, view.state, tr);
    },
  });
  options.onDocument?.(view.state.doc);
  return {
    view,
    gate,
    sceneJson: (id) => {
      const scene = sceneNode(view.state.doc, id);
      return scene && jsonOf(scene);
    },
    putScenes: (scenes, source) => gate.run(() => putScenes(view, scenes, source)),
    setScenes: (scenes) =>
      gate.run(() => {
        const doc = documentOf(scenes);
        const tr = view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content);
        view.dispatch(markSource(tr, 'remote').setMeta('addToHistory', false));
      }),
    setEditable: (next) => {
      editable = next;
      if (!view.isDestroyed) view.setProps({});
    },
    destroy: () => view.destroy(),
  };
}

function sceneNode(doc: Node, id: string): Node | null {
  let found: Node | null = null;
  doc.forEach((scene) => {
    if (scene.attrs.id === id) found = scene;
  });
  return found;
}

function putScenes(view: EditorView, scenes: readonly SceneJson[], source: Source): void {
  const tr = view.state.tr;
  for (const json of scenes) {
    const node = documentOf([json]).firstChild;
    view.state.doc.forEach((scene, at) => {
      if (node && scene.attrs.id === json.attrs.id && !scene.eq(node))
        replaceChanged(tr, scene, node, at);
    });
  }
  if (!tr.docChanged) return;
  if (source === 'remote') tr.setMeta('addToHistory', false);
  view.dispatch(markSource(tr, source));
}

/** Replaces only what differs, so that the caret and everything anchored elsewhere stays put. */
function replaceChanged(tr: Transaction, old: Node, next: Node, sceneAt: number): void {
  const at = tr.mapping.map(sceneAt) + 1;
  let head = 0;
  let start = 0;
  const most = Math.min(old.childCount, next.childCount);
  while (head < most && old.child(head).eq(next.child(head))) start += old.child(head++).nodeSize;
  let tail = 0;
  let end = old.content.size;
  while (
    tail < most - head &&
    old.child(old.childCount - 1 - tail).eq(next.child(next.childCount - 1 - tail))
  ) {
    end -= old.child(old.childCount - 1 - tail).nodeSize;
    tail += 1;
  }
  const between = next.content.cut(start, next.content.size - (old.content.size - end));
  tr.replaceWith(at + start, at + end, between);
}

function tell(options: PageOptions, before: EditorState, now: EditorState, tr: Transaction): void {
  if (before.doc !== now.doc) {
    options.onDocument?.(now.doc);
    if (sourceOf(tr) !== 'remote') {
      const old = new Set<Node>();
      before.doc.forEach((scene) => old.add(scene));
      const changed: string[] = [];
      now.doc.forEach((scene) => {
        if (!old.has(scene)) changed.push(String(scene.attrs.id));
      });
      if (changed.length > 0) options.onEdited?.(changed);
    }
  }
  if (!before.selection.eq(now.selection) || before.doc !== now.doc) options.onSelection?.(now);
}

/** The caret put at a place, scrolled into view. */
export function goTo(view: EditorView, position: number): void {
  const at = Math.max(0, Math.min(position, view.state.doc.content.size));
  view.dispatch(
    view.state.tr.setSelection(Selection.near(view.state.doc.resolve(at))).scrollIntoView(),
  );
  view.focus();
}
