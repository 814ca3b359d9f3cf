import type { NovelTree, PlanRead } from '@/shared/api/types';
import type { StructureOp } from '@/shared/api/structure';
import type { PlannedScene } from './model';

export const GROUPS = ['chapter', 'status', 'pov'] as const;
export type Group = (typeof GROUPS)[number];

/** A scene with the chapter it stands in and what is planned for it. */
export interface BoardScene {
  readonly id: string;
  readonly title: string;
  /** Its place in its chapter, from 1. */
  readonly number: number;
  readonly chapter: string;
  readonly status: string;
  readonly words: number;
  readonly card: PlannedScene['card'];
}

export interface Column {
  readonly key: string;
  readonly scenes: readonly BoardScene[];
}

/** Every scene in reading order. */
export function boardScenes(tree: NovelTree, plan: PlanRead | undefined): readonly BoardScene[] {
  const cards = new Map(plan?.cards.map((one) => [one.scene_id, one.card]));
  return tree.parts
    .flatMap((part) => part.chapters)
    .flatMap((chapter) =>
      chapter.scenes.map((scene, index) => ({
        id: scene.id,
        title: scene.title,
        number: index + 1,
        chapter: chapter.id,
        status: scene.status,
        words: scene.words,
        card: cards.get(scene.id) ?? null,
      })),
    );
}

/** The columns of a board; chapters without a scene keep their column, so that one can be moved there. */
export function columns(
  tree: NovelTree,
  scenes: readonly BoardScene[],
  group: Group,
): readonly Column[] {
  const keyOf = (scene: BoardScene) =>
    group === 'chapter'
      ? scene.chapter
      : group === 'status'
        ? scene.status
        : (scene.card?.pov_id ?? '');
  const first =
    group === 'chapter' ? tree.parts.flatMap((part) => part.chapters.map(({ id }) => id)) : [];
  const names = [...new Set([...first, ...scenes.map(keyOf)])];
  return names.map((key) => ({ key, scenes: scenes.filter((scene) => keyOf(scene) === key) }));
}

/** Puts a scene behind another one of a chapter, or at its beginning. */
export function moveOp(scene: string, chapter: string, after: string | null): StructureOp {
  return { op: 'move', kind: 'scene', id: scene, parent_id: chapter, after_id: after };
}

/** One step up or down in reading order, over the border of a chapter where there is one; null at the ends. */
export function stepOp(tree: NovelTree, scene: string, step: 'up' | 'down'): StructureOp | null {
  const chapters = tree.parts.flatMap((part) => part.chapters);
  const at = chapters.findIndex((chapter) => chapter.scenes.some(({ id }) => id === scene));
  const chapter = chapters[at];
  if (!chapter) return null;
  const index = chapter.scenes.findIndex(({ id }) => id === scene);
  const idAt = (place: number) => chapter.scenes[place]?.id ?? null;
  if (step === 'up') {
    if (index > 0) return moveOp(scene, chapter.id, index > 1 ? idAt(index - 2) : null);
    const before = chapters[at - 1];
    return before ? moveOp(scene, before.id, before.scenes.at(-1)?.id ?? null) : null;
  }
  if (index < chapter.scenes.length - 1) return moveOp(scene, chapter.id, idAt(index + 1));
  const next = chapters[at + 1];
  return next ? moveOp(scene, next.id, null) : null;
}

/** To the end of the chapter before or after; null at the ends of the book. */
export function acrossOp(tree: NovelTree, scene: string, step: -1 | 1): StructureOp | null {
  const chapters = tree.parts.flatMap((part) => part.chapters);
  const at = chapters.findIndex((chapter) => chapter.scenes.some(({ id }) => id === scene));
  const other = at < 0 ? undefined : chapters[at + step];
  return other ? moveOp(scene, other.id, other.scenes.at(-1)?.id ?? null) : null;
}
