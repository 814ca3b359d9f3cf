import { createStore } from 'zustand/vanilla';
import type { Changes } from '@/prose/changes/plugin';
import { DecorationSet } from '@tiptap/pm/view';
import type { Problem } from '@/shared/api/problems';
import type { RunRead } from '@/shared/api/types';
import type { Proposal } from './model';
import type { SaveState } from './saving/slots';

/** What is selected: its place on screen and how much it is. */
export interface Selected {
  readonly from: number;
  readonly to: number;
  readonly words: number;
}

/** A run that failed, and why. */
export interface FailedRun {
  readonly run: RunRead;
  readonly problem: Problem;
}

/** What a tool of this sitting was asked, to be asked again. */
export interface AskedAgain {
  /** The same once more. */
  readonly again: () => void;
  /** On from where the kept text ends. */
  readonly onward: () => void;
}

/** One answered save: this version of this scene is on the server's disk. */
export interface RecentSave {
  readonly at: number;
  readonly scene: string;
  readonly version: number;
  readonly words: number;
}

/** What the parts around the page need to know of it. The text itself stays in the page. */
export interface ChapterState {
  readonly save: SaveState;
  /** The last saves of this sitting, newest first. */
  readonly saves: readonly RecentSave[];
  readonly words: number;
  readonly characters: number;
  readonly sceneWords: ReadonlyMap<string, number>;
  readonly emptyScenes: readonly string[];
  readonly selected: Selected | null;
  readonly changes: Changes;
  /** Another tab writes in this chapter. */
  readonly elsewhere: boolean;
  /** Words found on this device that the server did not have. */
  readonly recovered: number;
  /** Runs whose text is shown beside the page. */
  readonly running: readonly string[];
  /** Proposals on the page that wait for the author. */
  readonly waiting: readonly Proposal[];
  /** Proposals whose words are not in the text any more. */
  readonly lost: readonly Proposal[];
  /** What was asked of the tools in this sitting, by run. */
  readonly asked: ReadonlyMap<string, AskedAgain>;
  /** Runs that failed while this chapter was open. */
  readonly failed: readonly FailedRun[];
}

export function chapterStore() {
  return createStore<ChapterState>(() => ({
    save: { state: 'saved' },
    saves: [],
    words: 0,
    characters: 0,
    sceneWords: new Map(),
    emptyScenes: [],
    selected: null,
    changes: { sets: [], focus: null, drawn: DecorationSet.empty },
    elsewhere: false,
    recovered: 0,
    running: [],
    waiting: [],
    lost: [],
    asked: new Map(),
    failed: [],
  }));
}

export type ChapterStore = ReturnType<typeof chapterStore>;
