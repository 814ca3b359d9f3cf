import type { components } from '@/shared/api/generated/schema';
import { OUTCOMES, type SceneCard } from './model';

type Schemas = components['schemas'];
export type CardWish = Schemas['CardUpdate'];

export const OPENINGS = [
  'action',
  'dialogue',
  'place',
  'thought',
  'summary',
  'object',
  'weather',
] as const satisfies readonly Schemas['OpeningType'][];
export const CLOSINGS = [
  'cliffhanger',
  'decision',
  'revelation',
  'reversal',
  'image',
  'quiet',
  'question',
  'reflection',
] as const satisfies readonly Schemas['ClosingType'][];

/** What of a card agents can be told to leave alone, one by one. */
export const LOCKABLE = [
  'summary',
  'goal',
  'conflict',
  'turn',
  'outcome',
  'pov_id',
  'place_id',
  'cast',
  'must_include',
  'must_not_reveal',
] as const;

/** A scene card as it is typed: one ask a line. */
export interface CardFormState {
  readonly summary: string;
  readonly goal: string;
  readonly conflict: string;
  readonly turn: string;
  readonly outcome: (typeof OUTCOMES)[number] | '';
  readonly pov_id: string;
  readonly place_id: string;
  readonly word_budget: string;
  readonly cast: readonly string[];
  readonly must: string;
  readonly mustNot: string;
  readonly opening: (typeof OPENINGS)[number] | '';
  readonly closing: (typeof CLOSINGS)[number] | '';
  readonly entry: string;
  readonly notes: string;
  readonly locked: readonly string[];
}

type Asks = SceneCard['must_include'];
const wordsOf = (ask: Asks[number]): string => (typeof ask['text'] === 'string' ? ask['text'] : '');
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const typed = (asks: Asks): string => asks.map(wordsOf).filter(Boolean).join('\n');

export const formOf = (card: SceneCard): CardFormState => ({
  summary: card.summary,
  goal: card.goal,
  conflict: card.conflict,
  turn: card.turn,
  outcome: OUTCOMES.find((one) => one === card.outcome) ?? '',
  pov_id: card.pov_id ?? '',
  place_id: card.place_id ?? '',
  word_budget: card.word_budget === null ? '' : String(card.word_budget),
  cast: card.cast.map(({ entity }) => entity),
  must: typed(card.must_include),
  mustNot: typed(card.must_not_reveal),
  opening: OPENINGS.find((one) => one === card.opening_type) ?? '',
  closing: CLOSINGS.find((one) => one === card.closing_type) ?? '',
  entry: card.entry.join('\n'),
  notes: card.notes,
  locked: card.locked_fields,
});

/** Lines as asks: a line that stood there keeps what hangs on it, and what has no words stays as it is. */
function asksFrom(text: string, before: Asks): Schemas['CardAsk'][] {
  const silent = before.filter((ask) => wordsOf(ask) === '');
  const lines = linesOf(text).map(
    (line) => before.find((ask) => wordsOf(ask) === line) ?? { text: line },
  );
  return [...silent, ...lines];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What saving a form says: the sentences always, everything else where it was changed. */
export function wishOf(form: CardFormState, card: SceneCard): CardWish {
  const was = formOf(card);
  const changed = (name: keyof CardFormState) => !same(form[name], was[name]);
  const { outcome, pov_id, place_id, word_budget, opening, closing } = form;
  return {
    summary: form.summary,
    goal: form.goal,
    conflict: form.conflict,
    turn: form.turn,
    ...(outcome ? { outcome } : {}),
    ...(pov_id ? { pov_id } : {}),
    ...(place_id ? { place_id } : {}),
    ...(word_budget ? { word_budget: Number(word_budget) } : {}),
    ...(opening && changed('opening') ? { opening_type: opening } : {}),
    ...(closing && changed('closing') ? { closing_type: closing } : {}),
    ...(changed('cast')
      ? {
          cast: form.cast.map(
            (entity) => card.cast.find((one) => one.entity === entity) ?? { entity },
          ),
        }
      : {}),
    ...(changed('must') ? { must_include: asksFrom(form.must, card.must_include) } : {}),
    ...(changed('mustNot')
      ? { must_not_reveal: asksFrom(form.mustNot, card.must_not_reveal) }
      : {}),
    ...(changed('entry') ? { entry: linesOf(form.entry) } : {}),
    ...(changed('notes') ? { notes: form.notes } : {}),
    ...(changed('locked') ? { locked_fields: [...form.locked] } : {}),
  };
}
