import { closeHistory } from '@tiptap/pm/history';
import { resolveAnchor, sceneById } from '@/prose/anchors';
import { createDraftBlock, type DraftCards, type DraftControl } from '@/prose/draft-block';
import { textOf } from '@/prose/json';
import { hideBeside, isBeside, showBeside } from '@/prose/plugins/beside';
import type { Proposal, ProposalVariant } from '../model';
import type { Session } from '../session';
import { insertion } from './insertion';
import type { ProposalLabels } from './show-proposals';

/** What is drawn or decided on a page already, so that a list that comes again changes nothing. */
const seen = new WeakMap<Session, Map<string, string>>();
const DECIDED = 'decided';

function marksOf(session: Session): Map<string, string> {
  const found = seen.get(session) ?? new Map<string, string>();
  seen.set(session, found);
  return found;
}

/** Draws text that an agent would put in, with what can be done with it. False when its scene is not here. */
export function showInsertion(
  session: Session,
  proposal: Proposal,
  labels: ProposalLabels,
): boolean {
  const { view, gate } = session.page;
  const scene = sceneById(view.state.doc, proposal.scene_id);
  const [first] = proposal.variants;
  if (!scene || !first) return false;
  const marks = marksOf(session);
  const drawn = marks.get(proposal.id);
  const mark = `${proposal.variants.length} ${proposal.calls.join(' ')}`;
  if (drawn === DECIDED || (drawn === mark && isBeside(view.state, proposal.id))) return true;
  marks.set(proposal.id, mark);
  const end = scene.at + scene.node.nodeSize - 1;
  const found = placeOf(session, proposal);
  const at = found === null ? end : view.state.doc.resolve(found).after(2);
  const block = createDraftBlock(
    {
      region: labels.region(proposal.agent),
      agent: labels.agent(proposal.agent, proposal.demo),
      ...(proposal.demo ? { hint: labels.demoHint } : {}),
      status: labels.words,
    },
    session.options.language,
  );
  block.setBusy(false);
  const offer = { session, proposal, labels, element: block.element };
  if (first.sense) block.setCards(cardsOf(offer, proposal.variants, block.setCards));
  else {
    const show = (number: number) => {
      const variant = proposal.variants[number] ?? first;
      block.snapshot(variant.blocks.map(textOf).join('\n\n'));
      block.setNote(variant.complete ? '' : labels.partial);
      block.setControls(controlsOf(offer, variant, number, show));
    };
    show(0);
  }
  gate.run(() => {
    // The streamed text that this came from would stand there twice.
    view.dispatch(hideBeside(view.state, [`${proposal.run_id}/${proposal.id}`]));
    view.dispatch(showBeside(view.state, [{ id: proposal.id, at, element: block.element }]));
  });
  return true;
}

interface Offered {
  readonly session: Session;
  readonly proposal: Proposal;
  readonly labels: ProposalLabels;
  readonly element: HTMLElement;
}

function controlsOf(
  offer: Offered,
  variant: ProposalVariant,
  number: number,
  show: (number: number) => void,
): DraftControl[] {
  const { session, proposal, labels } = offer;
  const { asked } = session.store.getState();
  const again = proposal.run_id ? asked.get(proposal.run_id) : undefined;
  const total = proposal.variants.length;
  const keep = () => {
    put(offer, variant);
    hide(offer);
    decide(offer, variant, 'accept');
  };
  const drop = () => {
    hide(offer);
    decide(offer, variant, 'reject');
  };
  return [
    { id: 'keep', label: labels.keep, main: true, run: keep },
    ...(again && proposal.kind === 'insert'
      ? [
          {
            id: 'keep-on',
            label: labels.keepOn,
            run: () => {
              keep();
              again.onward();
            },
          },
          {
            id: 'again',
            label: labels.again,
            run: () => {
              drop();
              again.again();
            },
          },
        ]
      : []),
    ...(total > 1
      ? [
          {
            id: 'variant',
            label: labels.variant(number + 1, total),
            run: () => show((number + 1) % total),
          },
        ]
      : []),
    { id: 'discard', label: labels.discard, run: drop },
  ];
}

/** One card for each sense; what is put in leaves the row, the rest stays until it is closed. */
function cardsOf(
  offer: Offered,
  variants: readonly ProposalVariant[],
  draw: (cards: DraftCards) => void,
): DraftCards {
  const { labels, proposal } = offer;
  const cards = variants.map((variant) => ({
    label: labels.sense(variant.sense ?? ''),
    text: variant.blocks.map(textOf).join('\n').trim(),
    control: {
      id: 'put',
      label: labels.put,
      run: () => {
        put(offer, variant);
        const rest = variants.filter((one) => one !== variant);
        if (rest.length === 0) hide(offer);
        else draw(cardsOf(offer, rest, draw));
        decide(offer, variant, 'accept', rest.length);
      },
    },
  }));
  const isWhole = variants.length === proposal.variants.length;
  const close = () => {
    hide(offer);
    const [last] = variants;
    if (last) decide(offer, last, isWhole ? 'reject' : 'accept');
  };
  return {
    cards,
    foot: [{ id: 'discard', label: isWhole ? labels.discard : labels.done, run: close }],
  };
}

function hide({ session, proposal }: Offered): void {
  const { view } = session.page;
  marksOf(session).set(proposal.id, DECIDED);
  view.dispatch(hideBeside(view.state, [proposal.id]));
}

function decide(
  { session, proposal }: Offered,
  variant: ProposalVariant,
  action: 'accept' | 'reject',
  left = 0,
): void {
  session.autosave.decided(proposal.scene_id, [
    { proposal_id: proposal.id, variant: variant.id, hunks: [], action, left },
  ]);
}

function placeOf(session: Session, proposal: Proposal): number | null {
  const { doc } = session.page.view.state;
  const scene = sceneById(doc, proposal.scene_id);
  const found = scene && proposal.anchor && resolveAnchor(scene.node, scene.at, proposal.anchor);
  return found && found.how !== 'lost' ? found.to : null;
}

/** Puts a kept reading in: one step of undo, its text marked with its origin. */
function put(offer: Offered, variant: ProposalVariant): void {
  const { view } = offer.session.page;
  const shown = view.posAtDOM(offer.element, 0);
  const at = placeOf(offer.session, offer.proposal) ?? shown;
  view.dispatch(closeHistory(insertion(view.state, at, variant)).scrollIntoView());
  view.dispatch(closeHistory(view.state.tr));
  view.focus();
}
