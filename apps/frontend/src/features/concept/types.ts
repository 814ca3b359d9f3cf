import type { RunRead } from '@/shared/api/types';
import type { Problem } from '@/shared/api/problems';

export const STAGES = ['seed', 'theme', 'world', 'characters', 'plot', 'details'] as const;
export type Stage = (typeof STAGES)[number];

export type StageStatus = 'empty' | 'exploring' | 'sketched' | 'ready' | 'locked' | 'stale';

/** What is in a place of a draft, as it travels. */
export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

export interface Missing {
  readonly field: string;
  readonly have: number;
  readonly need: number;
}

export interface FieldSource {
  readonly by: 'author' | 'worldsmith' | 'merged' | 'quick_start';
  readonly run_id?: string | null;
  readonly call_id?: string | null;
  readonly options?: readonly string[] | null;
}

export interface StageRead {
  readonly stage: Stage;
  readonly status: StageStatus;
  readonly draft: Readonly<Record<string, Value>>;
  readonly missing_minimum: readonly Missing[];
  readonly missing_full: readonly Missing[];
  readonly stale_because: string | null;
  readonly picked_by: 'author' | 'auto' | null;
  readonly may_generate: boolean;
  readonly blocked_by: readonly Stage[];
  readonly fields: Readonly<Record<string, FieldSource>>;
  readonly busy: { readonly round_id: string } | null;
}

/** A stage after a pick; `replaced` is the revision that holds the draft it replaced. */
export interface PickAnswer extends StageRead {
  readonly replaced: number | null;
}

export const WISHES = ['must', 'must_not', 'prefer'] as const;
export type WishKind = (typeof WISHES)[number];

export interface Wish {
  readonly id: string;
  readonly text: string;
  readonly kind: WishKind;
  readonly scope: 'all' | Stage;
}

export interface Method {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface GenesisRead {
  readonly stages: readonly StageRead[];
  readonly constraints: readonly Wish[];
  readonly methods: readonly Method[];
}

export interface Score {
  readonly name: string;
  readonly value: number;
  readonly basis: 'model' | 'code';
}

export interface OptionRead {
  readonly id: string;
  readonly handle: string;
  readonly title: string;
  readonly body: Readonly<Record<string, Value>>;
  readonly gains: string;
  readonly costs: string;
  readonly scores: readonly Score[];
  readonly origin: 'generated' | 'merged' | 'edited' | 'author';
  readonly parents: readonly string[];
  readonly picked: boolean;
}

export interface Comparison {
  readonly rows: readonly { readonly criterion: string; readonly cells: readonly string[] }[];
  readonly advice?: string | null;
  readonly options: readonly string[];
}

export interface Answer {
  readonly text?: string | null;
  readonly question?: string | null;
  readonly options?: readonly OptionRead[] | null;
  readonly comparison?: Comparison | null;
  readonly patch?:
    | readonly {
        readonly path: string;
        readonly value: Value;
        readonly evidence?: string | null;
      }[]
    | null;
  readonly filled?: readonly string[] | null;
  readonly placed?:
    | readonly {
        readonly stage: Stage;
        readonly path: string;
        readonly value: Value;
        readonly quote: string;
      }[]
    | null;
  readonly unplaced?: readonly string[] | null;
  readonly conflicts?:
    readonly { readonly path: string; readonly values: readonly Value[] }[] | null;
}

export interface Round {
  readonly id: string;
  readonly seq: number;
  readonly kind: 'message' | 'action';
  readonly action: string;
  readonly input: Readonly<Record<string, Value>>;
  readonly status: 'queued' | 'answering' | 'answered' | 'failed' | 'cancelled';
  readonly output: Answer | null;
  readonly problem: Problem | null;
  readonly run_id: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export interface Asked {
  readonly round: Round;
  readonly run: RunRead | null;
}

export interface Issue {
  readonly code: string;
  readonly where: string;
  readonly text: string;
}

export interface LockAnswer {
  readonly will_write: Readonly<Record<string, number>>;
  /** What was changed by hand since it was written, and stays as it is. */
  readonly kept?: readonly { readonly kind: string; readonly id: string; readonly title: string }[];
  readonly missing: readonly Missing[];
  readonly issues: readonly Issue[];
  readonly stage: StageRead;
}

export interface Dependant {
  readonly kind: string;
  readonly id: string | null;
  readonly title: string;
  readonly stage: Stage;
}

export interface UnlockAnswer {
  readonly dependants: readonly Dependant[];
  readonly stage: StageRead;
}
