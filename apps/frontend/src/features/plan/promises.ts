import type { components } from '@/shared/api/generated/schema';
import type { NovelTree } from '@/shared/api/types';

type Schemas = components['schemas'];
export type BookPromise = Schemas['PromiseRead'];
export type PromiseWish = Schemas['PromiseDraft'];
export type PlannedAct = NonNullable<PromiseWish['scenes']>[number];
export type Point = NonNullable<PromiseWish['earliest']>;

export const KINDS = [
  'gun',
  'mystery',
  'vow',
  'threat',
  'prophecy',
  'romance',
  'secret',
  'deadline',
  'theme',
] as const satisfies readonly PromiseWish['kind'][];

export const ACTS = ['plant', 'remind', 'arm', 'pay', 'subvert'] as const;
export const WEIGHTS = ['5', '4', '3', '2', '1'] as const;

/** A scene as it is named outside its chapter. */
export interface Stop {
  readonly scene: string;
  readonly chapter: string;
  readonly number: number;
  readonly title: string;
  readonly written: boolean;
}

/** The scenes of a book in reading order. */
export function stopsOf(tree: NovelTree | undefined): Stop[] {
  const chapters = tree?.parts.flatMap((part) => part.chapters) ?? [];
  return chapters.flatMap((chapter) =>
    chapter.scenes.map((scene) => ({
      scene: scene.id,
      chapter: chapter.id,
      number: chapter.number,
      title: scene.title || chapter.title,
      written: scene.words > 0,
    })),
  );
}

export type Group = 'open' | 'kept' | 'abandoned';
const GROUP: Readonly<Record<string, Group>> = {
  paid: 'kept',
  subverted: 'kept',
  abandoned: 'abandoned',
};

/** Open ones by when they are due, those without an end last; then what was kept, then what was given up. */
export function groupPromises(all: readonly BookPromise[]): [Group, BookPromise[]][] {
  const due = (one: BookPromise) => one.latest_at ?? Number.POSITIVE_INFINITY;
  return (['open', 'kept', 'abandoned'] as const)
    .map((group): [Group, BookPromise[]] => [
      group,
      all
        .filter((one) => (GROUP[one.status] ?? 'open') === group)
        .sort((a, b) => (due(a) === due(b) ? b.weight - a.weight : due(a) - due(b))),
    ])
    .filter(([, list]) => list.length > 0);
}

/** Whether the book has been written past the last scene in which an open promise was to be kept. */
export function isOverdue(one: BookPromise, stops: readonly Stop[]): boolean {
  const last = stops.findLastIndex((stop) => stop.written) + 1;
  return (GROUP[one.status] ?? 'open') === 'open' && one.latest_at !== null && last > one.latest_at;
}

/** What a point of a window means: a chapter's number, or a share of the book; null for one that is gone. */
export function pointOf(
  point: Readonly<Record<string, unknown>> | null,
  stops: readonly Stop[],
): { number: number } | { percent: number } | null {
  if (!point) return null;
  if (typeof point.at === 'number') return { percent: Math.round(point.at * 100) };
  const found = stops.find((stop) => stop.scene === point.id || stop.chapter === point.id);
  return found ? { number: found.number } : null;
}

/** The choice of a form for a point: the id of a chapter, empty for none, `same` for what no form can say. */
export const KEPT = 'same';
export function choiceOf(point: Readonly<Record<string, unknown>> | null): string {
  if (!point) return '';
  return point.kind === 'chapter' && typeof point.id === 'string' ? point.id : KEPT;
}

/** What a choice sends: nothing when the point stays as it is. */
export function pointWish(choice: string): Point | null | undefined {
  if (choice === KEPT) return undefined;
  return choice === '' ? null : { kind: 'chapter', id: choice };
}

/** The entries a promise is said to be about: nothing when they stay as they are, else without those that are gone. */
export function subjectsWish(
  chosen: readonly string[],
  before: readonly string[],
  known: readonly { readonly id: string }[] | undefined,
): string[] | undefined {
  const same = chosen.length === before.length && chosen.every((id) => before.includes(id));
  if (same) return undefined;
  return known ? chosen.filter((id) => known.some((entry) => entry.id === id)) : [...chosen];
}
