/** The kinds of entries, in the order in which a reader looks for them. */
export const KINDS = ['character', 'place', 'faction', 'item', 'creature', 'concept'] as const;
export type EntryKind = (typeof KINDS)[number];

/** One of two clocks: what is true in the story then, or what a reader has been told by then. */
export const CLOCKS = ['story', 'reading'] as const;
export type Clock = (typeof CLOCKS)[number];

export interface SceneRef {
  readonly id: string;
  readonly title: string;
}

export interface SceneMention {
  readonly scene_id: string;
  readonly title: string;
}

/** A sentence of the text something rests on. */
export interface Evidence {
  readonly scene_id?: string;
  readonly scene?: string;
  readonly pid: string;
  readonly from: number;
  readonly to: number;
  readonly quote: string;
}

export interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly importance: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly last_seen?: SceneMention | null;
  readonly doubts?: number;
}

/** From when, or until when, something holds. */
export interface Anchor {
  readonly kind: 'always' | 'tick' | 'scene' | 'event' | 'unknown';
  readonly tick?: number | null;
  readonly ref?: string | null;
  readonly pid?: string | null;
  readonly edge?: 'start' | 'at' | 'end';
  readonly words?: string;
}

export interface FactView {
  readonly id: string;
  readonly subject_id: string | null;
  readonly predicate: string | null;
  readonly label: string;
  /** The fact as a line: subject, label and value. */
  readonly text: string;
  readonly subject: string;
  /** The value alone, in the author's language. */
  readonly value_text: string;
  readonly object_id: string | null;
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly qualifier: Readonly<Record<string, unknown>>;
  readonly polarity: boolean;
  readonly valid_from: Anchor;
  readonly valid_to: Anchor | null;
  readonly from_scene: SceneRef | null;
  readonly until_scene: SceneRef | null;
  readonly told_at: SceneMention | null;
  readonly certainty: string;
  readonly publicity: string;
  readonly source: string;
  readonly status: string;
  readonly pinned: boolean;
  readonly locked: boolean;
  readonly evidence: readonly Evidence[];
  readonly rev_from: number;
}

export interface Mention {
  readonly scene_id: string;
  readonly chapter_number: number;
  readonly scene_title: string;
  readonly count: number;
  readonly first: Evidence | null;
}

export interface BeliefView {
  readonly id: string;
  readonly fact_id: string | null;
  readonly fact_text: string | null;
  readonly stance: string;
  readonly believed_text: string | null;
}

export interface EventView {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
}

/** An entry with everything that is known of it at a moment. */
export interface EntryDetail {
  readonly entry: Omit<Entry, 'aliases'> & {
    readonly aliases: readonly AliasView[];
    readonly description: string;
    readonly agent_visibility: string;
    readonly locked: boolean;
  };
  readonly sheet: Readonly<Record<string, unknown>> | null;
  readonly facts: readonly FactView[];
  readonly relations: readonly FactView[];
  readonly events: readonly EventView[];
  readonly mentions?: readonly Mention[];
  readonly beliefs: readonly BeliefView[];
  readonly superseded: readonly FactView[];
  readonly what_ai_sees: string;
}

export interface AliasView {
  readonly id: string;
  readonly text: string;
  readonly kind: string;
}

/** One row of the registry of what can be said of an entry. */
export interface PredicateView {
  readonly key: string;
  readonly label: string;
  readonly domain: readonly string[];
  /** Kinds of entries it can point to. */
  readonly object_kinds: readonly string[];
  /** What it takes that is no entry. */
  readonly value_types: readonly string[];
  /** What it asks for beside the value. */
  readonly qualifiers: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly explain: string;
}

/** What a fact is written with. */
export interface FactWish {
  readonly subject_id: string | null;
  readonly predicate: string;
  readonly object_id?: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly qualifier?: Readonly<Record<string, unknown>>;
  readonly valid_from?: Anchor;
  readonly valid_to?: Anchor;
  readonly how?: FactHow;
  readonly because?: string;
}

/** What becomes of a value that stands in the way of a new one. */
export type FactHow = 'progress' | 'replace' | 'split' | 'dispute';

export interface MergeView {
  readonly clashes: readonly { readonly fact: FactView; readonly against: FactView }[];
  readonly moved: {
    readonly facts: number;
    readonly aliases: number;
    readonly mentions: number;
  };
}

export interface InboxItem {
  readonly id: string;
  readonly kind: string;
  readonly text?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly evidence: readonly Evidence[];
  readonly clash: readonly { readonly fact_id?: string; readonly text?: string }[];
  readonly scene?: SceneRef | null;
  readonly scene_id?: string | null;
  readonly run_id: string | null;
  readonly status: string;
  readonly created_at: string;
}

export interface KnowledgeCell {
  readonly fact_id: string;
  readonly knower: string;
  readonly state: 'unknown' | 'suspects' | 'knows' | 'believes_wrongly' | 'hides';
  readonly believed?: string | null;
  readonly via?: string | null;
  readonly evidence?: readonly Evidence[];
}

export interface Knowledge {
  readonly facts: readonly { readonly id: string; readonly text: string }[];
  readonly knowers: readonly { readonly id: string; readonly name: string }[];
  readonly cells: readonly KnowledgeCell[];
  readonly not_evaluated: readonly { readonly check: string; readonly reason: string }[];
}
