import { sceneById, resolveAnchor } from '@/prose/anchors';
import { hunksInDocument, type ChangeSet } from '@/prose/changes/model';
import { markHunks } from '@/prose/changes/decide';
import { changesOf, isWaiting, withAction } from '@/prose/changes/plugin';
import { textOf } from '@/prose/json';
import { hideBeside } from '@/prose/plugins/beside';
import type { Proposal, ProposalVariant } from '../model';
import type { Session } from '../session';
import type { DeskLabels } from './desk';
import { showInsertion } from './show-insertion';

/** The words on the buttons of an insertion. */
export interface ProposalLabels extends DeskLabels {
  readonly keep: string;
  readonly keepOn: string;
  readonly again: string;
  readonly discard: string;
  readonly partial: string;
  readonly put: string;
  readonly done: string;
  readonly variant: (number: number, total: number) => string;
  readonly sense: (name: string) => string;
}

/** Draws the proposals of a chapter that still wait for the author. Returns those that lost their place. */
export function showProposals(
  session: Session,
  proposals: readonly Proposal[],
  labels: ProposalLabels,
): Proposal[] {
  const lost: Proposal[] = [];
  const waiting: Proposal[] = [];
  const inTime = [...proposals].sort((one, other) =>
    one.created_at.localeCompare(other.created_at),
  );
  for (const proposal of inTime) {
    if (proposal.status !== 'open' && proposal.status !== 'partly') continue;
    if (!sceneById(session.page.view.state.doc, proposal.scene_id)) continue;
    const variant = proposal.variants[0];
    if (!variant || variant.blocks.length === 0) continue;
    const isChange = proposal.kind === 'replace' || proposal.kind === 'fix';
    const shown = isChange
      ? showChange(session, proposal, variant)
      : showInsertion(session, proposal, labels);
    (shown ? waiting : lost).push(proposal);
  }
  session.store.setState({ lost, waiting });
  return lost;
}

function showChange(
  session: Session,
  proposal: Proposal,
  variant: ProposalVariant,
  isSwitch = false,
): boolean {
  const { view, gate } = session.page;
  const { anchor } = proposal;
  if (!anchor) return false;
  const known = changesOf(view.state).sets.find((set) => set.proposal === proposal.id);
  if (known && (known.variant === variant.id || !isSwitch)) return true;
  const texts = variant.blocks.map(textOf);
  if (!hasPlace(session, proposal, texts)) return false;
  gate.run(() => {
    const set: ChangeSet = {
      instruction: proposal.instruction,
      proposal: proposal.id,
      variant: variant.id,
      scene: proposal.scene_id,
      origin: { run: proposal.run_id, call: proposal.calls[0] ?? null, demo: proposal.demo },
      hunks: hunksInDocument(
        view.state.doc,
        proposal.scene_id,
        anchor,
        texts,
        session.options.language,
      ),
    };
    if (!set.hunks.some((hunk) => isWaiting(hunk.status))) return;
    if (!known) setAsideUnder(session, set);
    // Where the changes stand, the streamed text they were made of would be there twice.
    view.dispatch(hideBeside(view.state, [`${proposal.run_id}/${proposal.id}`]));
    view.dispatch(withAction(view.state.tr, { type: 'show', set }));
    const first = set.hunks.find((hunk) => hunk.status === 'open');
    if (!first) return;
    const focus = { proposal: proposal.id, key: first.key };
    view.dispatch(withAction(view.state.tr, { type: 'focus', focus }));
  });
  return true;
}

/** The reading of a proposal that is on the page, and how many there are; null when there is one only. */
export function variantOf(
  session: Session,
  id: string,
): { readonly number: number; readonly total: number; readonly isFixed: boolean } | null {
  const { variants } = session.store.getState().waiting.find((one) => one.id === id) ?? {};
  const set = changesOf(session.page.view.state).sets.find((one) => one.proposal === id);
  if (!variants || variants.length < 2 || !set) return null;
  return {
    number: variants.findIndex((one) => one.id === set.variant) + 1,
    total: variants.length,
    // What was accepted came from one reading: the others were made for the words before it.
    isFixed: set.hunks.some((hunk) => hunk.status === 'accepted'),
  };
}

/** Draws the next or the previous reading of a proposal in place of the one on the page. */
export function switchVariant(session: Session, id: string, step: 1 | -1): void {
  const proposal = session.store.getState().waiting.find((one) => one.id === id);
  const at = variantOf(session, id);
  if (!proposal || !at || at.isFixed) return;
  const next = proposal.variants[(at.number - 1 + step + at.total) % at.total];
  if (next) showChange(session, proposal, next, true);
}

/** Whether any of it can still be placed: the words it was made from, or what it made of them. */
function hasPlace(session: Session, proposal: Proposal, texts: readonly string[]): boolean {
  const { doc } = session.page.view.state;
  const { anchor, scene_id: id } = proposal;
  const scene = sceneById(doc, id);
  if (!anchor || !scene) return false;
  if (resolveAnchor(scene.node, scene.at, anchor).how !== 'lost') return true;
  return hunksInDocument(doc, id, anchor, texts, session.options.language).some(
    (hunk) => hunk.status !== 'stale',
  );
}

/** A newer proposal for the same words takes the place of an older one that still waited. */
function setAsideUnder(session: Session, newer: ChangeSet): void {
  const { view } = session.page;
  const from = Math.min(...newer.hunks.map((hunk) => hunk.at));
  const to = Math.max(...newer.hunks.map((hunk) => hunk.end));
  for (const set of changesOf(view.state).sets) {
    const under = set.hunks.filter(
      (hunk) => isWaiting(hunk.status) && hunk.at <= to && hunk.end >= from,
    );
    if (under.length === 0) continue;
    const keys = under.map((hunk) => hunk.key);
    view.dispatch(markHunks(view.state, set.proposal, keys, 'rejected'));
  }
}
