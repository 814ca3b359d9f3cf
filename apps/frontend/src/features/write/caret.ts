import { linesOf, sceneAt, sceneById } from '@/prose/anchors';
import type { Session } from './session';

/** Where the author was last: a scene, a block of it and UTF-16 units into that block. */
export interface CaretPlace {
  readonly scene_id: string;
  readonly pid: string;
  readonly off: number;
}

type Doc = Session['page']['view']['state']['doc'];

/** The place of a position; null where there is no line of text. */
export function placeAt(doc: Doc, position: number): CaretPlace | null {
  const scene = sceneAt(doc, position);
  if (!scene) return null;
  const line = linesOf(scene.node, scene.at + 1).find(
    (one) => position >= one.start && position <= one.start + one.text.length,
  );
  return line
    ? { scene_id: String(scene.node.attrs.id), pid: line.pid, off: position - line.start }
    : null;
}

/** The position of a place; null when its scene is not in this document. A lost block gives the scene's start. */
export function positionOf(doc: Doc, place: CaretPlace): number | null {
  const scene = sceneById(doc, place.scene_id);
  if (!scene) return null;
  const lines = linesOf(scene.node, scene.at + 1);
  const line = lines.find((one) => one.pid === place.pid);
  if (!line) return lines[0]?.start ?? null;
  return line.start + Math.min(place.off, line.text.length);
}

/** The start of a block wherever it stands in the chapter; null when it is not there. */
export function positionOfBlock(doc: Doc, pid: string): number | null {
  let found: number | null = null;
  doc.forEach((scene, at) => {
    found ??= linesOf(scene, at + 1).find((line) => line.pid === pid)?.start ?? null;
  });
  return found;
}
