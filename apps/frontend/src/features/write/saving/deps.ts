import type { SceneJson } from '@/prose/json';
import type { Merge } from '@/prose/merge';
import type { SceneSave } from '../api';
import type { Saved } from '../model';
import type { SaveState, Slot } from './slots';

/** Everything the queue needs from the world around it. */
export interface AutosaveDeps {
  readonly read: (scene: string) => SceneJson | null;
  readonly write: (scene: SceneJson, source: 'remote' | 'replace') => void;
  /** Runs at once, or when the input method has finished its word. */
  readonly whenIdle: (work: () => void) => void;
  readonly send: (save: SceneSave, keepalive: boolean) => Promise<Saved>;
  readonly keep: (scene: string, slot: Slot, json: SceneJson) => Promise<boolean>;
  readonly drop: (scene: string, until: number) => Promise<void>;
  readonly merge: (base: SceneJson, mine: SceneJson, theirs: SceneJson) => Merge;
  readonly newId: () => string;
  readonly now: () => number;
  readonly onState: (state: SaveState) => void;
  readonly onMerged: (scene: string, merge: Merge) => void;
  readonly onSaved: (scene: string, saved: Saved) => void;
  readonly onDecisionRefused: (scene: string) => void;
}
