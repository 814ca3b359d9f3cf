import { redo, undo } from '@tiptap/pm/history';
import { TextSelection, type EditorState } from '@tiptap/pm/state';
import { anchorOf } from '../anchors';
import { openPage, type Page } from '../page';
import { optionsFor, scene } from '../testing';
import { acceptHunks, endUndoStep, markHunks } from './decide';
import type { Decision } from './judge';
import { hunksInDocument, type ChangeSet } from './model';
import { changesOf, withAction } from './plugin';

const OLD =
  'The bell had no rope. It rang at dusk in the empty tower. Nobody in Saltmere looked up at the sound.';
const NEW =
  'The bell had no rope. It rang at dawn in the empty tower. Nobody in Saltmere looked up at the noise.';

const pages: Page[] = [];
afterEach(() => {
  for (const page of pages.splice(0)) page.destroy();
});

function open(next: readonly string[] = [NEW]) {
  const decisions: Decision[] = [];
  const edited: string[] = [];
  const page = openPage(
    document.body.appendChild(document.createElement('div')),
    optionsFor([scene('s', ['pppppppppp', OLD], ['qqqqqqqqqq', 'Then it was night.'])], {
      onDecisions: (made) => decisions.push(...made),
      onEdited: (ids) => edited.push(...ids),
    }),
  );
  pages.push(page);
  const anchor = anchorOf(page.view.state.doc, { from: 2, to: 2 + OLD.length });
  if (!anchor) throw new Error('no anchor');
  const set: ChangeSet = {
    proposal: 'P',
    variant: 'v',
    scene: 's',
    instruction: null,
    origin: { run: 'r', call: 'c', demo: true },
    hunks: hunksInDocument(page.view.state.doc, 's', anchor, next, 'en'),
  };
  page.view.dispatch(withAction(page.view.state.tr, { type: 'show', set }));
  const state = () => page.view.state;
  const hunks = () => changesOf(state()).sets[0]?.hunks ?? [];
  const accept = (...keys: string[]) => {
    const tr = acceptHunks(state(), 'P', keys);
    if (tr) page.view.dispatch(tr);
    page.view.dispatch(endUndoStep(state()));
    return tr !== null;
  };
  const type = (at: number, text: string) => page.view.dispatch(state().tr.insertText(text, at));
  return { page, state, hunks, accept, type, decisions, edited, anchor };
}

const text = (state: EditorState) => state.doc.firstChild?.firstChild?.textContent ?? '';

describe('replacement hunks', () => {
  it('leave the document and the saved text alone until one is accepted', () => {
    const { page, hunks, edited } = open();
    expect(hunks().map((hunk) => hunk.next)).toEqual(['dawn', 'noise']);
    expect(JSON.stringify(page.sceneJson('s'))).not.toContain('dawn');
    expect(edited).toEqual([]);
    expect(page.view.dom.querySelectorAll('del.hunk')).toHaveLength(2);
    expect(page.view.dom.querySelectorAll('ins')).toHaveLength(2);
  });

  it('accepts one with the marks of its origin and tells the decision', () => {
    const { page, state, hunks, accept, decisions } = open();
    accept(hunks()[1]!.key);
    expect(text(state())).toBe(OLD.replace('sound', 'noise'));
    expect(hunks().map((hunk) => hunk.status)).toEqual(['open', 'accepted']);
    expect(decisions).toEqual([
      { proposal_id: 'P', variant: 'v', hunks: [hunks()[1]!.key], action: 'accept', left: 1 },
    ]);
    const marked = JSON.stringify(page.sceneJson('s'));
    expect(marked).toContain('"origin"');
    expect(marked).toContain('"demo":true');
  });

  it('undoes exactly the hunk and keeps the typing before and after it', () => {
    const { page, state, hunks, accept, type, decisions } = open();
    const end = () => 2 + text(state()).length;
    type(end(), ' Before.');
    accept(hunks()[0]!.key);
    type(end(), ' After.');
    undo(state(), page.view.dispatch);
    expect(text(state())).toBe(`${OLD.replace('dusk', 'dawn')} Before.`);
    undo(state(), page.view.dispatch);
    expect(text(state())).toBe(`${OLD} Before.`);
    expect(hunks()[0]!.status).toBe('open');
    expect(decisions.at(-1)).toMatchObject({ action: 'reopen', left: 2 });
    redo(state(), page.view.dispatch);
    expect(text(state())).toBe(`${OLD.replace('dusk', 'dawn')} Before.`);
    expect(hunks()[0]!.status).toBe('accepted');
    expect(decisions.at(-1)).toMatchObject({ action: 'accept' });
  });

  it('turns stale where the author changed the text, the others stay valid', () => {
    const { state, hunks, accept, type } = open();
    type(hunks()[0]!.at + 2, 'x');
    expect(hunks().map((hunk) => hunk.status)).toEqual(['stale', 'open']);
    expect(accept(hunks()[0]!.key)).toBe(false);
    expect(accept(hunks()[1]!.key)).toBe(true);
    expect(text(state())).toContain('duxsk');
    expect(text(state())).toContain('noise');
  });

  it('keeps its place when the author types right before and after it', () => {
    const { state, hunks, accept, type } = open();
    type(hunks()[0]!.end, ' sharp');
    type(hunks()[0]!.at, 'early ');
    expect(hunks()[0]!.status).toBe('open');
    accept(hunks()[0]!.key);
    expect(text(state())).toContain('at early dawn sharp in');
  });

  it('accepts all as one step of undo', () => {
    const { page, state, hunks, accept } = open();
    accept(...hunks().map((hunk) => hunk.key));
    expect(text(state())).toBe(NEW);
    undo(state(), page.view.dispatch);
    expect(text(state())).toBe(OLD);
  });

  it('undoes insertions and deletions of words alike', () => {
    const shorter = OLD.replace(' in the empty tower', '').replace('looked up', 'ever looked up');
    const { page, state, hunks, accept } = open([shorter]);
    for (const hunk of hunks()) accept(hunk.key);
    expect(text(state())).toBe(shorter);
    hunks().forEach(() => undo(state(), page.view.dispatch));
    expect(text(state())).toBe(OLD);
    expect(hunks().every((hunk) => hunk.status === 'open')).toBe(true);
    redo(state(), page.view.dispatch);
    redo(state(), page.view.dispatch);
    expect(text(state())).toBe(shorter);
    expect(hunks().every((hunk) => hunk.status === 'accepted')).toBe(true);
  });

  it('adds whole paragraphs in their order, whichever is accepted first', () => {
    const { state, hunks, accept } = open([
      OLD,
      'A gull cried over the harbour.',
      'Mara counted the strokes.',
    ]);
    expect(hunks().map((hunk) => hunk.kind)).toEqual(['insert', 'insert']);
    accept(hunks()[1]!.key);
    accept(hunks()[0]!.key);
    const lines: string[] = [];
    state().doc.firstChild?.forEach((block) => lines.push(block.textContent));
    expect(lines).toEqual([
      OLD,
      'A gull cried over the harbour.',
      'Mara counted the strokes.',
      'Then it was night.',
    ]);
  });

  it('rejects without touching the text, and finds its decisions again after a reload', () => {
    const { page, state, hunks, accept, anchor, decisions } = open();
    accept(hunks()[0]!.key);
    page.view.dispatch(markHunks(state(), 'P', [hunks()[1]!.key], 'rejected'));
    expect(decisions.at(-1)).toMatchObject({ action: 'reject', left: 0 });
    expect(text(state())).toBe(OLD.replace('dusk', 'dawn'));
    const decided = new Map([[hunks()[1]!.key, 'rejected' as const]]);
    const again = hunksInDocument(state().doc, 's', anchor, [NEW], 'en', decided);
    expect(again.map((hunk) => [hunk.key, hunk.status])).toEqual(
      hunks().map((hunk) => [hunk.key, hunk.status]),
    );
    expect(again.map((hunk) => hunk.at)).toEqual(hunks().map((hunk) => hunk.at));
  });

  it('puts the caret where it was', () => {
    const { page, state, hunks, accept } = open();
    page.view.dispatch(state().tr.setSelection(TextSelection.create(state().doc, 5)));
    accept(hunks()[1]!.key);
    expect(state().selection.from).toBe(5);
  });
});
