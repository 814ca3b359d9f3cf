import { documentOf } from '@/prose/page';
import type { SceneJson } from '@/prose/json';
import type { NovelTree } from '@/shared/api/types';

export type TreePart = NovelTree['parts'][number];
export type TreeChapter = TreePart['chapters'][number];
export type TreeScene = TreeChapter['scenes'][number];

/** A chapter with what stands around it. */
export interface Place {
  readonly part: TreePart;
  readonly chapter: TreeChapter;
  readonly next: TreeChapter | null;
  readonly previous: TreeChapter | null;
}

/** The chapter with this id, or the one that holds this scene; else the first of the book. */
export function chapterOf(tree: NovelTree, node: string | undefined): Place | null {
  const all = tree.parts.flatMap((part) => part.chapters.map((chapter) => ({ part, chapter })));
  const wanted = all.findIndex(
    ({ chapter }) => chapter.id === node || chapter.scenes.some((scene) => scene.id === node),
  );
  const index = Math.max(0, wanted);
  const found = all[index];
  if (!found) return null;
  return {
    ...found,
    next: all[index + 1]?.chapter ?? null,
    previous: all[index - 1]?.chapter ?? null,
  };
}

/** Whether a scene holds something this version of the app does not know. */
export function isNewer(scenes: readonly SceneJson[]): boolean {
  try {
    documentOf(scenes);
    return false;
  } catch {
    return true;
  }
}
