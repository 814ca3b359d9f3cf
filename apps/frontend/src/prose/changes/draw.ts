import { Decoration } from '@tiptap/pm/view';
import type { ChangeSet, PlacedHunk } from './model';

/** The words on and in a hunk, in the language of the interface. */
export interface HunkLabels {
  readonly accept: string;
  readonly reject: string;
  readonly youChangedThis: string;
  readonly redo: string;
}

/** What an author can do with one hunk; `redo` asks for it again, made from the text as it is now. */
export type HunkAction = 'accept' | 'reject' | 'redo';

interface DrawOptions {
  readonly labels: HunkLabels;
  readonly onTool: (proposal: string, key: string, action: HunkAction) => void;
}

interface Focus {
  readonly proposal: string;
  readonly key: string;
}

/** The decorations of a proposal: old text struck in place, new text beside it, two small tools. */
export function drawHunks(set: ChangeSet, focus: Focus | null, options: DrawOptions): Decoration[] {
  return set.hunks.flatMap((hunk) => {
    if (hunk.status !== 'open' && hunk.status !== 'stale') return [];
    const focused = focus?.proposal === set.proposal && focus.key === hunk.key;
    const state = `${hunk.status}${focused ? ' focused' : ''}`;
    const drawn: Decoration[] = [];
    const inset = hunk.kind === 'delete' ? 1 : 0;
    if (hunk.end - inset > hunk.at + inset) {
      drawn.push(
        Decoration.inline(hunk.at + inset, hunk.end - inset, {
          nodeName: 'del',
          class: `hunk ${state}`,
          'data-hunk': hunk.key,
        }),
      );
    }
    drawn.push(
      Decoration.widget(hunk.end - inset, () => draw(set, hunk, state, options), {
        key: `${set.proposal}/${hunk.key}/${state}`,
        side: 1,
        marks: [],
        ignoreSelection: true,
        stopEvent: (event: Event) => event.type.startsWith('mouse') || event.type === 'click',
      }),
    );
    return drawn;
  });
}

function draw(set: ChangeSet, hunk: PlacedHunk, state: string, options: DrawOptions): HTMLElement {
  const box = document.createElement(hunk.kind === 'insert' ? 'div' : 'span');
  box.className = `hunk-new ${state}`;
  box.dataset.hunk = hunk.key;
  box.contentEditable = 'false';
  if (hunk.next !== '') {
    const ins = document.createElement('ins');
    ins.textContent = hunk.next;
    box.append(ins);
  }
  box.append(tools(set, hunk, options));
  return box;
}

function tools(set: ChangeSet, hunk: PlacedHunk, { labels, onTool }: DrawOptions): HTMLElement {
  const group = document.createElement('span');
  group.className = 'hunk-tools';
  const isStale = hunk.status === 'stale';
  if (isStale) {
    const note = document.createElement('span');
    note.textContent = labels.youChangedThis;
    group.append(note);
  }
  const actions: readonly HunkAction[] = isStale ? ['redo', 'reject'] : ['accept', 'reject'];
  for (const action of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = action;
    button.textContent = { accept: '✓', reject: '✗', redo: labels.redo }[action];
    if (action !== 'redo') {
      button.setAttribute('aria-label', `${labels[action]}: ${hunk.next || hunk.base}`);
    }
    // The caret stays where the author left it.
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => onTool(set.proposal, hunk.key, action));
    group.append(button);
  }
  return group;
}
