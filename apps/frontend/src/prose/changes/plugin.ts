import { isHistoryTransaction } from '@tiptap/pm/history';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { DecorationSet } from '@tiptap/pm/view';
import { drawHunks, type HunkAction, type HunkLabels } from './draw';
import { decisionsBetween, followEdit, type Decision } from './judge';
import type { ChangeSet, HunkStatus, PlacedHunk } from './model';

/** The hunk the review bar stands on. */
export interface HunkFocus {
  readonly proposal: string;
  readonly key: string;
}

/** All proposals on the page. */
export interface Changes {
  readonly sets: readonly ChangeSet[];
  readonly focus: HunkFocus | null;
  readonly drawn: DecorationSet;
}

/** New places and states of hunks after a decision. */
export type Outcome = ReadonlyMap<string, Pick<PlacedHunk, 'at' | 'end' | 'status'>>;

export type ChangesAction =
  | { readonly type: 'show'; readonly set: ChangeSet }
  | { readonly type: 'drop'; readonly proposal: string }
  | { readonly type: 'decide'; readonly proposal: string; readonly outcome: Outcome }
  | { readonly type: 'focus'; readonly focus: HunkFocus | null }
  | { readonly type: 'redraw' };

export interface ChangesOptions {
  readonly labels: HunkLabels;
  readonly onDecisions: (decisions: readonly Decision[], scene: string) => void;
  readonly onShown: (changes: Changes) => void;
  readonly isComposing: () => boolean;
  readonly onTool: (proposal: string, key: string, action: HunkAction) => void;
}

const plugin = new PluginKey<Changes>('changes');
const NOTHING: Changes = { sets: [], focus: null, drawn: DecorationSet.empty };

/** The proposals on the page as they are in this state. */
export function changesOf(state: EditorState): Changes {
  return plugin.getState(state) ?? NOTHING;
}

/** Puts an action of the proposals on a transaction. */
export function withAction(tr: Transaction, action: ChangesAction): Transaction {
  return tr.setMeta(plugin, action);
}

/** Draws proposals over the text; nothing of them is in the document before an accept. */
export function changesPlugin(options: ChangesOptions): Plugin {
  const draw = (sets: readonly ChangeSet[], focus: HunkFocus | null, tr: Transaction) =>
    DecorationSet.create(
      tr.doc,
      sets.flatMap((set) => drawHunks(set, focus, options)),
    );
  return new Plugin<Changes>({
    key: plugin,
    state: {
      init: () => NOTHING,
      apply(tr, before) {
        const action = tr.getMeta(plugin) as ChangesAction | undefined;
        if (!action && (!tr.docChanged || before.sets.length === 0)) return before;
        const followed = tr.docChanged ? follow(before.sets, tr, action) : before.sets;
        const sets = action ? act(followed, action) : followed;
        const focus = action?.type === 'focus' ? action.focus : still(before.focus, sets);
        // A line under composition keeps its drawing until the input method is done.
        const drawn = options.isComposing()
          ? before.drawn.map(tr.mapping, tr.doc)
          : draw(sets, focus, tr);
        return { sets, focus, drawn };
      },
    },
    props: {
      decorations: (state) => changesOf(state).drawn,
      handleDOMEvents: {
        compositionend: (view) => {
          setTimeout(() => {
            if (!view.isDestroyed && changesOf(view.state).sets.length > 0) {
              view.dispatch(withAction(view.state.tr, { type: 'redraw' }));
            }
          }, 60);
          return false;
        },
      },
    },
    view: () => ({
      update(view, before) {
        const was = changesOf(before);
        const now = changesOf(view.state);
        if (was === now) return;
        for (const set of now.sets) {
          const old = was.sets.find((one) => one.proposal === set.proposal);
          // Another reading of a proposal on the page is a look, not a decision.
          const isSame = old && old !== set && old.variant === set.variant;
          const decisions = isSame ? decisionsBetween(old, set) : [];
          if (decisions.length > 0) options.onDecisions(decisions, set.scene);
        }
        options.onShown(now);
      },
    }),
  });
}

function follow(
  sets: readonly ChangeSet[],
  tr: Transaction,
  action: ChangesAction | undefined,
): ChangeSet[] {
  const isHistory = isHistoryTransaction(tr);
  return sets.map((set) => {
    const followed = followEdit(set, tr.doc, tr.mapping, isHistory);
    if (action?.type !== 'decide' || action.proposal !== set.proposal) return followed;
    // Hunks after an accepted one at the same place go behind it.
    let behind = false;
    return {
      ...followed,
      hunks: followed.hunks.map((hunk, index) => {
        const before = set.hunks[index] ?? hunk;
        if (action.outcome.has(hunk.key)) behind = true;
        else if (behind && before.at === before.end && hunk.status !== 'accepted') {
          const at = tr.mapping.map(before.at, 1);
          return { ...before, at, end: at };
        }
        return hunk;
      }),
    };
  });
}

function act(sets: readonly ChangeSet[], action: ChangesAction): readonly ChangeSet[] {
  switch (action.type) {
    case 'show':
      return [...sets.filter((set) => set.proposal !== action.set.proposal), action.set];
    case 'drop':
      return sets.filter((set) => set.proposal !== action.proposal);
    case 'decide':
      return sets.map((set) =>
        set.proposal === action.proposal
          ? { ...set, hunks: decided(set.hunks, action.outcome) }
          : set,
      );
    default:
      return sets;
  }
}

const decided = (hunks: readonly PlacedHunk[], outcome: Outcome) =>
  hunks.map((hunk) => ({ ...hunk, ...outcome.get(hunk.key) }));

function still(focus: HunkFocus | null, sets: readonly ChangeSet[]): HunkFocus | null {
  const set = focus && sets.find((one) => one.proposal === focus.proposal);
  return set?.hunks.some((hunk) => hunk.key === focus?.key) ? focus : null;
}

/** Whether a hunk still waits for the author. */
export const isWaiting = (status: HunkStatus) => status === 'open' || status === 'stale';
