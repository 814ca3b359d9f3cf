import type { Decision } from '@/prose/changes/judge';
import { proseOf, sameJson, type SceneJson } from '@/prose/json';
import { countWords } from '@/shared/text/count';
import type { DraftRow } from '@/shared/storage/database';
import type { SceneContent } from '../model';
import type { Slot } from './slots';

/** How a scene opens: the text to show, what it rests on, and whether it waits to be saved. */
export interface OpenScene {
  readonly scene: string;
  readonly json: SceneJson;
  readonly base: Slot['base'];
  readonly unsaved: boolean;
  readonly decisions: readonly Decision[];
  readonly earlier: readonly SceneJson[];
  /** Words the device had and the server had not. */
  readonly recovered: number;
}

/**
 * Decides with which text a scene opens. A draft of this device wins over the server's text; when
 * the server moved on meanwhile, the draft keeps its old ground, so that the next save merges.
 */
export function openScene(content: SceneContent, draft: DraftRow | undefined): OpenScene {
  const server = { version: content.version, json: content.json };
  const plain = { scene: content.scene_id, base: server, decisions: [], earlier: [], recovered: 0 };
  if (!draft || sameJson(draft.json, content.json))
    return { ...plain, json: content.json, unsaved: false };
  const json = draft.json as SceneJson;
  const sent = draft.sent ? [draft.sent.json as SceneJson] : [];
  const isOwn = sent.some((one) => sameJson(one, content.json));
  const sameGround = isOwn || draft.base.version === content.version;
  return {
    scene: content.scene_id,
    json,
    base: sameGround ? server : { version: draft.base.version, json: draft.base.json as SceneJson },
    unsaved: true,
    // What was sent with its decisions and is on the server has been decided.
    decisions: isOwn ? [] : (draft.decisions as Decision[]),
    earlier: sent,
    recovered: Math.abs(countWords(proseOf(json)) - countWords(proseOf(content.json))),
  };
}
