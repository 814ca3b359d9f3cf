import type { components } from '@/shared/api/generated/schema';

type Schemas = components['schemas'];
export type Ripple = Schemas['RippleRead'];
export type ClearKind = Schemas['RippleClear']['kind'];

/** What rests on a fact beside the text, in the order in which it is looked through. */
const RESTS = [
  ['cards', 'card'],
  ['promises', 'promise'],
  ['beliefs', 'belief'],
  ['disclosures', 'disclosure'],
  ['events', 'event'],
  ['rules', 'rule'],
  ['findings', 'finding'],
  ['summaries', 'summary'],
] as const satisfies readonly (readonly [keyof Ripple, ClearKind])[];

export type RippleGroup = 'says' | 'used' | (typeof RESTS)[number][0];

/** One thing that rests on a fact, with the words and the place to find it. */
export interface Rested {
  /** What the author's word that it is still fine is about. */
  readonly kind: ClearKind;
  readonly id: string;
  readonly text: string;
  readonly scene: string | null;
  readonly pid: string | null;
}

/** Asks until something was cleared, `tries` times at most; whether anything was. */
export async function untilCleared(
  clear: () => Promise<number>,
  pause: () => Promise<unknown>,
  tries: number,
): Promise<boolean> {
  for (let tried = 1; tried <= tries; tried += 1) {
    if (tried > 1) await pause();
    if ((await clear()) > 0) return true;
  }
  return false;
}

/** All that rests on a fact, by what it is; the text comes first. Groups without a line are left out. */
export function rippleGroups(ripple: Ripple): [RippleGroup, Rested[]][] {
  const passages = (grade: 'says' | 'used'): Rested[] =>
    ripple.passages
      .filter((passage) => passage.grade === grade)
      .map((passage) => ({
        kind: 'scene',
        id: passage.scene_id,
        text: passage.quote,
        scene: passage.scene_id,
        pid: passage.pid,
      }));
  const rests = RESTS.map(([group, kind]): [RippleGroup, Rested[]] => [
    group,
    ripple[group].map((item) => ({
      kind,
      id: item.id,
      text: item.text,
      scene: item.scene_id ?? sceneOfNode(item.id),
      pid: null,
    })),
  ]);
  const all: [RippleGroup, Rested[]][] = [
    ['says', passages('says')],
    ['used', passages('used')],
    ...rests,
  ];
  return all.filter(([, list]) => list.length > 0);
}

/** A summary is named by its node: `scene:<id>`, `chapter:<id>` or `book`. */
function sceneOfNode(id: string): string | null {
  return /^(?:scene|chapter):(.+)$/u.exec(id)?.[1] ?? null;
}

export const rippleSize = (ripple: Ripple): number =>
  rippleGroups(ripple).reduce((sum, [, list]) => sum + list.length, 0);

/** Whether the author's word covers a line: a scene is marked once, however many of its sentences say the fact. */
export const keyOf = (one: Pick<Rested, 'kind' | 'id'>): string => `${one.kind}/${one.id}`;
