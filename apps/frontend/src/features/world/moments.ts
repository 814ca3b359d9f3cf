import type { NovelTree } from '@/shared/api/types';
import type { Clock } from './types';

/** When the world is looked at: at a scene, or at the end of the book. In the URL as `scene:<id>`. */
export interface Moment {
  readonly scene: string | null;
  readonly clock: Clock;
}

/** One place of the slider. */
export interface Tick {
  readonly scene: string;
  readonly title: string;
  readonly chapter: number;
  /** The scene's number within its chapter. */
  readonly number: number;
  /** Minutes of story time; null while the scene has none. */
  readonly at: number | null;
}

export const END = 'end';

/** The `as_of` of a request. */
export const asOfOf = (moment: Moment): string => (moment.scene ? `scene:${moment.scene}` : END);

/** The scene an `asOf` of the URL names; null for the end of the book and for anything else. */
export function sceneOf(asOf: string | undefined): string | null {
  return /^scene:([0-9a-f-]{8,})$/iu.exec(asOf ?? '')?.[1] ?? null;
}

interface Timed {
  readonly scene_id: string;
  readonly t_from?: number | null;
}

/** The scenes in reading order, each with its story time where it has one. */
export function ticksOf(tree: NovelTree | undefined, timeline: readonly Timed[] = []): Tick[] {
  const times = new Map(timeline.map((scene) => [scene.scene_id, scene.t_from ?? null]));
  const chapters = tree?.parts.flatMap((part) => part.chapters) ?? [];
  return chapters.flatMap((chapter) =>
    chapter.scenes.map((scene, index) => ({
      scene: scene.id,
      title: scene.title,
      chapter: chapter.number,
      number: index + 1,
      at: times.get(scene.id) ?? null,
    })),
  );
}

/** The scenes in the order of a clock: told order, or the order in which they happen. */
export function inOrder(ticks: readonly Tick[], clock: Clock): Tick[] {
  if (clock === 'reading') return [...ticks];
  const all = ticks.map((tick, told) => ({ tick, told }));
  // A scene without a date lies after the one it is told after.
  let last = Number.NEGATIVE_INFINITY;
  const placed = all.map((one) => {
    last = one.tick.at ?? last;
    return { ...one, at: last };
  });
  return placed.sort((a, b) => a.at - b.at || a.told - b.told).map(({ tick }) => tick);
}

/** Where the slider goes: by one scene, to the next or previous chapter, to either end. */
export function step(ticks: readonly Tick[], at: number, key: string): number | null {
  const end = ticks.length;
  const here = ticks[Math.min(at, end - 1)]?.chapter;
  switch (key) {
    case 'PageUp': {
      const next = ticks.findIndex((tick, index) => index > at && tick.chapter !== here);
      return next < 0 ? end : next;
    }
    case 'PageDown': {
      if (at >= end) return ticks.findIndex((tick) => tick.chapter === ticks.at(-1)?.chapter);
      const first = ticks.findIndex((tick) => tick.chapter === here);
      if (first < at) return first;
      const before = ticks[first - 1]?.chapter;
      return Math.max(
        0,
        ticks.findIndex((tick) => tick.chapter === before),
      );
    }
    default:
      return null;
  }
}
