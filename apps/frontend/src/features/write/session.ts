import type { Node } from '@tiptap/pm/model';
import { createCounter } from '@/prose/counts';
import { isEmptyScene } from '@/prose/json';
import { mergeScenes, type Merge } from '@/prose/merge';
import { jsonOf, openPage, type Page, type PageLabels } from '@/prose/page';
import { claim, type Claim } from '@/shared/storage/tabs';
import { draftKey, dropDraft, keepChapter, keepDraft } from '@/shared/storage/drafts';
import { countWords } from '@/shared/text/count';
import { newId } from '@/shared/text/ids';
import { saveScene } from './api';
import { chapterStore, type ChapterStore } from './chapter-store';
import type { ChapterContent } from './model';
import { Autosave } from './saving/autosave';
import type { OpenScene } from './saving/recover';
import { decideHunks } from './review';

/** What a chapter is opened with. */
export interface SessionOptions {
  readonly user: string;
  readonly novel: string;
  readonly chapter: string;
  readonly language: string;
  readonly labels: PageLabels;
  readonly scenes: readonly OpenScene[];
  readonly onMerged: (merge: Merge) => void;
  readonly onPasteLeftOut: (plain: string) => void;
  readonly onSaved: () => void;
  readonly onDecisionRefused: () => void;
  readonly onRedo: (proposal: string, key: string) => void;
}

/** An open chapter: its page, its saving, and the claim of this tab on it. */
export interface Session {
  readonly page: Page;
  readonly autosave: Autosave;
  readonly store: ChapterStore;
  readonly claim: Claim;
  readonly options: SessionOptions;
  /** Takes the server's text where nothing of the author's would be touched. */
  readonly refresh: (content: ChapterContent) => void;
  readonly close: () => void;
}

const SAVES_SHOWN = 20;

export function openSession(element: HTMLElement, options: SessionOptions): Session {
  const store = chapterStore();
  const count = createCounter();
  const autosave: Autosave = new Autosave({
    read: (scene) => page.sceneJson(scene),
    write: (json, source) => page.putScenes([json], source),
    whenIdle: (work) => page.gate.run(work),
    send: saveScene,
    keep: (scene, slot, json) =>
      keepDraft({
        key: draftKey(options.user, options.novel, scene),
        user: options.user,
        novel: options.novel,
        chapter: options.chapter,
        scene,
        base: slot.base,
        json,
        decisions: [...(slot.sent?.decisions ?? []), ...slot.decisions],
        sent: slot.sent && { opId: slot.sent.opId, json: slot.sent.json },
        at: Date.now(),
      }),
    drop: (scene, until) => dropDraft(draftKey(options.user, options.novel, scene), until),
    merge: (base, mine, theirs) => mergeScenes(base, mine, theirs, options.language),
    newId,
    now: () => Date.now(),
    onState: (save) => store.setState({ save }),
    onMerged: (_scene, merge) => options.onMerged(merge),
    onSaved: (scene, { version, counts }) => {
      const done = { at: Date.now(), scene, version, words: counts.words };
      const { saves } = store.getState();
      store.setState({ saves: [done, ...saves].slice(0, SAVES_SHOWN) });
      options.onSaved();
    },
    onDecisionRefused: options.onDecisionRefused,
  });
  const page: Page = openPage(element, {
    scenes: options.scenes.map((scene) => scene.json),
    language: options.language,
    editable: true,
    labels: options.labels,
    onEdited: (scenes) => autosave.edited(scenes),
    onDocument: (doc) => store.setState(figures(doc, count)),
    onSelection: (state) => store.setState({ selected: selectedIn(state) }),
    onDecisions: (decisions, scene) => autosave.decided(scene, decisions),
    onChanges: (changes) => store.setState({ changes }),
    onTool: (proposal, key, action) =>
      action === 'redo'
        ? options.onRedo(proposal, key)
        : decideHunks(page.view, proposal, [key], action),
    onPasteLeftOut: (_report, plain) => options.onPasteLeftOut(plain),
  });
  for (const { scene, base, decisions, earlier } of options.scenes) {
    autosave.adopt(scene, base, { decisions, earlier });
  }
  autosave.edited(options.scenes.filter((scene) => scene.unsaved).map((scene) => scene.scene));
  store.setState({ recovered: options.scenes.reduce((sum, scene) => sum + scene.recovered, 0) });

  const held = claim(`chapter.${options.chapter}`, {
    onHeld: () => setElsewhere(false),
    onBusy: () => setElsewhere(true),
    beforeLeaving: () => autosave.flush(true),
  });
  const setElsewhere = (elsewhere: boolean) => {
    page.setEditable(!elsewhere);
    store.setState({ elsewhere });
  };
  const stopListening = listen(autosave);
  return {
    page,
    autosave,
    store,
    claim: held,
    options,
    refresh: (content) => refresh(content, page, autosave, options),
    close: () => {
      stopListening();
      autosave.leave();
      autosave.end();
      held.release();
      page.destroy();
    },
  };
}

function figures(doc: Node, count: ReturnType<typeof createCounter>) {
  const sceneWords = new Map<string, number>();
  const emptyScenes: string[] = [];
  doc.forEach((scene) => {
    const { words } = count(scene);
    sceneWords.set(String(scene.attrs.id), words);
    if (words === 0 && isEmptyScene(jsonOf(scene))) emptyScenes.push(String(scene.attrs.id));
  });
  return { ...count(doc), sceneWords, emptyScenes };
}

function selectedIn(state: Page['view']['state']) {
  const { from, to, empty } = state.selection;
  if (empty) return null;
  const words = countWords(state.doc.textBetween(from, to, ' ', ' '));
  return words === 0 ? null : { from, to, words };
}

function listen(autosave: Autosave): () => void {
  const leave = () => {
    if (document.visibilityState === 'hidden') autosave.leave();
  };
  const online = () => autosave.retry();
  const pagehide = () => autosave.leave();
  document.addEventListener('visibilitychange', leave);
  addEventListener('pagehide', pagehide);
  addEventListener('online', online);
  return () => {
    document.removeEventListener('visibilitychange', leave);
    removeEventListener('pagehide', pagehide);
    removeEventListener('online', online);
  };
}

function refresh(
  content: ChapterContent,
  page: Page,
  autosave: Autosave,
  options: SessionOptions,
): void {
  void keepChapter(options.user, options.novel, options.chapter, content);
  const known = new Set<string>();
  page.view.state.doc.forEach((scene) => known.add(String(scene.attrs.id)));
  const ids = content.scenes.map((scene) => scene.scene_id);
  if (ids.join() !== [...known].join()) {
    for (const id of known) if (!ids.includes(id)) autosave.forget(id);
    page.setScenes(
      content.scenes.map((scene) =>
        autosave.isClean(scene.scene_id) || !known.has(scene.scene_id)
          ? scene.json
          : (page.sceneJson(scene.scene_id) ?? scene.json),
      ),
    );
    for (const { scene_id: id, version, json } of content.scenes) {
      if (!known.has(id) || autosave.isClean(id)) autosave.adopt(id, { version, json });
    }
    return;
  }
  const fresh = content.scenes.filter(
    ({ scene_id: id, version }) =>
      version > autosave.versionOf(id) && autosave.isClean(id) && mayReplace(page, id),
  );
  page.gate.run(() => {
    for (const { scene_id: id, version, json } of fresh) {
      if (!autosave.isClean(id)) continue;
      autosave.adopt(id, { version, json });
      page.putScenes([json], 'remote');
    }
  });
}

/** Text never moves under the author's caret: with the caret in it, a scene waits for its next save. */
function mayReplace(page: Page, scene: string): boolean {
  const json = page.sceneJson(scene);
  return !page.view.hasFocus() || json === null || isEmptyScene(json);
}
