import { countWords } from '@/shared/text/count';
import { EMPTY_STREAM, paragraphsOf, receive, rewind, type StreamText } from './stream-text';

/** A button of a draft block. */
export interface DraftControl {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
  readonly main?: boolean;
}

/** The words of a draft block. `status` gets the number of words so far. */
export interface DraftLabels {
  readonly region: string;
  readonly agent: string;
  /** What stands behind the agent's name, on hover. */
  readonly hint?: string;
  readonly status: (words: number) => string;
}

/** Short texts to choose from, each with what can be done with it. */
export interface DraftCards {
  readonly cards: readonly {
    readonly label: string;
    readonly text: string;
    readonly control: DraftControl;
  }[];
  readonly foot: readonly DraftControl[];
}

/** A block of running text beside the document. What streams into it touches only its own DOM. */
export interface DraftBlock {
  readonly element: HTMLElement;
  readonly receive: (offset: number, text: string) => void;
  readonly rewind: (toOffset: number) => void;
  readonly snapshot: (text: string) => void;
  /** Words drawn so far. */
  readonly words: () => number;
  /** Shows cards in place of running text. */
  readonly setCards: (cards: DraftCards) => void;
  readonly setControls: (controls: readonly DraftControl[]) => void;
  readonly setNote: (note: string) => void;
  readonly setBusy: (busy: boolean) => void;
}

/** Makes a draft block. Text is drawn once a frame, however fast it arrives. */
export function createDraftBlock(labels: DraftLabels, language: string): DraftBlock {
  const element = document.createElement('div');
  element.className = 'draft-block';
  element.contentEditable = 'false';
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', labels.region);
  element.setAttribute('aria-busy', 'true');
  const head = make('div', 'draft-head');
  const agent = make('span', 'draft-agent');
  agent.textContent = labels.agent;
  if (labels.hint) agent.title = labels.hint;
  const figures = make('span', 'draft-figures');
  head.append(agent, figures);
  const body = make('div', 'draft-body');
  body.lang = language;
  const note = make('p', 'draft-note');
  note.hidden = true;
  const foot = make('div', 'draft-controls');
  element.append(head, body, note, foot);

  let stream: StreamText = EMPTY_STREAM;
  let waiting = 0;
  let count = 0;
  const draw = () => {
    waiting = 0;
    const paragraphs = paragraphsOf(stream.text);
    while (body.childElementCount > paragraphs.length) body.lastElementChild?.remove();
    for (const [index, text] of paragraphs.entries()) {
      const line = body.children[index] ?? body.appendChild(make('p', ''));
      if (line.textContent !== text) line.textContent = text;
    }
    count = countWords(paragraphs.join('\n'));
    figures.textContent = labels.status(count);
  };
  const change = (next: StreamText) => {
    if (next === stream) return;
    stream = next;
    if (waiting === 0) waiting = requestAnimationFrame(draw);
  };
  draw();
  return {
    element,
    receive: (offset, text) => change(receive(stream, offset, text)),
    rewind: (toOffset) => change(rewind(stream, toOffset)),
    snapshot: (text) => change({ text }),
    words: () => count,
    setCards: ({ cards, foot: controls }) => {
      body.replaceChildren(...cards.map(cardOf));
      figures.textContent = '';
      foot.replaceChildren(...controls.map(button));
    },
    setControls: (controls) => foot.replaceChildren(...controls.map(button)),
    setNote: (text) => {
      note.textContent = text;
      note.hidden = text === '';
    },
    setBusy: (busy) => element.setAttribute('aria-busy', String(busy)),
  };
}

function make(tag: 'div' | 'p' | 'span', name: string): HTMLElement {
  const node = document.createElement(tag);
  if (name !== '') node.className = name;
  return node;
}

function cardOf({ label, text, control }: DraftCards['cards'][number]): HTMLElement {
  const card = make('div', 'draft-card');
  card.setAttribute('role', 'group');
  card.setAttribute('aria-label', label);
  const head = make('div', 'draft-card-head');
  const name = make('span', '');
  name.textContent = label;
  const act = button(control);
  act.setAttribute('aria-label', `${control.label}: ${label}`);
  head.append(name, act);
  const line = make('p', '');
  line.textContent = text;
  card.append(head, line);
  return card;
}

/** A plain button for places inside the page, where no framework draws. */
export function button(control: DraftControl): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = control.main ? 'page-button main' : 'page-button';
  node.textContent = control.label;
  node.dataset.control = control.id;
  node.addEventListener('mousedown', (event) => event.preventDefault());
  node.addEventListener('click', control.run);
  return node;
}
