import type { Decision } from '@/prose/changes/judge';
import type { SceneJson } from '@/prose/json';
import type { BlockConflict, Merge } from '@/prose/merge';
import type { SaveReason } from './reasons';

/** What the queue knows of one scene. */
export interface Slot {
  /** The server's text on which the present one rests. */
  readonly base: { readonly version: number; readonly json: SceneJson };
  /** Changed since the last save was sent. */
  readonly dirty: boolean;
  readonly since: number;
  readonly at: number;
  readonly decisions: readonly Decision[];
  /** Sent and not answered: repeated word for word under the same id until it is. */
  readonly sent: {
    readonly opId: string;
    readonly json: SceneJson;
    readonly decisions: readonly Decision[];
    readonly at: number;
  } | null;
  readonly sending: Promise<void> | null;
  readonly failure: SaveReason | null;
  readonly failures: number;
  readonly onDevice: boolean;
  readonly conflict: { readonly merge: Merge; readonly version: number } | null;
  /** Texts an earlier life of this page sent and never heard of again. */
  readonly earlier: readonly SceneJson[];
}

export function emptySlot(
  version: number,
  json: SceneJson,
  earlier: readonly SceneJson[] = [],
): Slot {
  return {
    base: { version, json },
    dirty: false,
    since: 0,
    at: 0,
    decisions: [],
    sent: null,
    sending: null,
    failure: null,
    failures: 0,
    onDevice: false,
    conflict: null,
    earlier,
  };
}

/** The one thing the page says about saving. */
export type SaveState =
  | { readonly state: 'saved' | 'saving' }
  | { readonly state: 'device'; readonly waiting: number }
  | { readonly state: 'failed'; readonly code: string; readonly onDevice: boolean }
  | {
      readonly state: 'conflict';
      readonly scene: string;
      readonly conflicts: readonly BlockConflict[];
    };

/** The worst state of all scenes, since one of them is enough to worry about. */
export function overallState(slots: readonly (readonly [string, Slot])[]): SaveState {
  const met = slots.find(([, slot]) => slot.conflict);
  if (met?.[1].conflict) {
    return { state: 'conflict', scene: met[0], conflicts: met[1].conflict.merge.conflicts };
  }
  const refused = slots.find(([, slot]) => slot.failure?.kind === 'refused');
  if (refused?.[1].failure) {
    return { state: 'failed', code: refused[1].failure.code, onDevice: refused[1].onDevice };
  }
  const waiting = slots.filter(([, slot]) => slot.failure).length;
  if (waiting > 0) return { state: 'device', waiting };
  return slots.some(([, slot]) => slot.dirty || slot.sending)
    ? { state: 'saving' }
    : { state: 'saved' };
}
