import type { Anchor } from '@/prose/anchors';
import type { NodeJson, SceneJson } from '@/prose/json';

/** The text of a scene as the server has it. */
export interface SceneContent {
  readonly scene_id: string;
  readonly version: number;
  readonly json: SceneJson;
}

/** The text of a chapter. */
export interface ChapterContent {
  readonly novel_revision: number;
  readonly scenes: readonly SceneContent[];
}

/** The answer to a save: what it tells is on the server's disk. */
export interface Saved {
  readonly version: number;
  readonly novel_revision: number;
  readonly counts: { readonly words: number; readonly characters: number };
}

/** One version of a scene. */
export interface Version {
  readonly id: string;
  readonly number: number;
  readonly author: 'you' | 'agent' | 'import' | 'restore' | 'merge';
  readonly kind: string;
  readonly label: string | null;
  readonly words: number;
  readonly at: string;
  readonly demo: boolean;
}

/** Text an agent proposes. */
export interface Proposal {
  readonly id: string;
  readonly scene_id: string;
  readonly run_id: string | null;
  readonly agent: string;
  readonly demo: boolean;
  readonly kind: 'insert' | 'replace' | 'beat' | 'fix';
  readonly anchor: Anchor | null;
  readonly instruction: string | null;
  readonly variants: readonly ProposalVariant[];
  readonly status: 'streaming' | 'open' | 'partly' | 'accepted' | 'rejected' | 'discarded';
  readonly calls: readonly string[];
  readonly created_at: string;
}

/** One reading of a proposal. */
export interface ProposalVariant {
  readonly id: string;
  readonly blocks: readonly NodeJson[];
  readonly words: number;
  readonly complete: boolean;
  /** It goes on in the paragraph of its place. */
  readonly joins?: boolean;
  /** By which sense it describes. */
  readonly sense?: string;
  /** The words that were asked for, where it has others. */
  readonly asked_words?: number;
}
