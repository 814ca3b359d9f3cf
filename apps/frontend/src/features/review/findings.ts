import type { components } from '@/shared/api/generated/schema';
import type { NovelTree } from '@/shared/api/types';

type Schemas = components['schemas'];
export type Finding = Schemas['FindingRead'];
export type Intent = NonNullable<Schemas['FindingResolve']['intent']>;

export const INTENTS = [
  'lie',
  'unreliable_narrator',
  'mistake',
  'dream_or_vision',
  'magic',
  'retcon',
] as const satisfies readonly Intent[];

/** One side of a contradiction: a sentence of the text, or a fact of the world. */
export interface Side {
  readonly quote: string;
  readonly scene: string | null;
  readonly pid: string | null;
  /** The fact it is, when the world says it. */
  readonly fact: string | null;
}

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

export function sideOf(given: Readonly<Record<string, unknown>>): Side {
  return {
    quote: text(given.quote) ?? text(given.text) ?? '',
    scene: text(given.scene) ?? text(given.scene_id),
    pid: text(given.pid),
    fact: given.kind === 'assertion' ? text(given.id) : null,
  };
}

/** Why both sides cannot hold, in the language of the interface where it is there. */
export function whyOf(why: Readonly<Record<string, string>>, locale: string): string {
  return (locale.startsWith('zh') ? why.zh : why.en) ?? Object.values(why)[0] ?? '';
}

/** A reason as its words are kept: every mode of telling has the same. */
export const reasonKey = (reason: string): string => reason.replace(/^mode_.*$/u, 'mode');

export interface Stop {
  readonly scene: string;
  readonly number: number;
  readonly title: string;
  readonly words: number;
}

/** The scenes in reading order; one without a title is named by its chapter. */
export function stopsOf(tree: NovelTree | undefined): Stop[] {
  return (tree?.parts.flatMap((part) => part.chapters) ?? []).flatMap((chapter) =>
    chapter.scenes.map((scene) => ({
      scene: scene.id,
      number: chapter.number,
      title: scene.title || chapter.title,
      words: scene.words,
    })),
  );
}

/** Findings by scene in reading order, those of no scene last. */
export function byScene(
  findings: readonly Finding[],
  stops: readonly Stop[],
): { stop: Stop | null; findings: Finding[] }[] {
  const groups = [...stops, null].map((stop) => ({
    stop,
    findings: findings.filter(({ scene_id: scene }) =>
      stop ? scene === stop.scene : !stops.some((one) => one.scene === scene),
    ),
  }));
  return groups.filter((group) => group.findings.length > 0);
}
