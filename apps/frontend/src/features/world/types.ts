import type { components } from '@/shared/api/generated/schema';

type Schemas = components['schemas'];

/** The kinds of entries, in the order in which a reader looks for them. */
export const KINDS = [
  'character',
  'place',
  'faction',
  'item',
  'creature',
  'concept',
] as const satisfies readonly Schemas['EntryWrite']['kind'][];
export type EntryKind = (typeof KINDS)[number];

/** One of two clocks: what is true in the story then, or what a reader has been told by then. */
export const CLOCKS = ['story', 'reading'] as const;
export type Clock = (typeof CLOCKS)[number];

export type Entry = Schemas['CodexEntry'];
/** An entry with everything that is known of it at a moment. */
export type EntryDetail = Schemas['EntryPage'];
export type FactView = Schemas['FactView'];
export type Mention = Schemas['MentionView'];
/** From when, or until when, something holds. */
export type Anchor = Schemas['Anchor'];
/** One row of the registry of what can be said of an entry. */
export type PredicateView = Schemas['PredicateView'];
/** What a fact is written with. */
export type FactWish = Schemas['FactWrite'];
/** What becomes of a value that stands in the way of a new one. */
export type FactHow = NonNullable<FactWish['how']>;
export type InboxItem = Schemas['InboxItem'];
export type Knowledge = Schemas['MatrixRead'];
export type KnowledgeCell = Schemas['CellView'];
export type Stance = Schemas['BeliefWrite']['stance'];

/** A sentence of the text something rests on: as the canon keeps it, or as a suggestion carries it. */
export interface Evidence {
  readonly scene: string;
  readonly pid: string;
  readonly from: number;
  readonly quote: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The sentence in what the server sends of it; a suggestion names its scene otherwise than the canon. */
export function evidenceOf(given: Readonly<Record<string, unknown>>): Evidence {
  return {
    scene: text(given.scene_id) || text(given.scene),
    pid: text(given.pid),
    from: typeof given.from === 'number' ? given.from : 0,
    quote: text(given.quote),
  };
}
