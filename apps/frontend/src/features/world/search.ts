import { sceneOf, type Moment } from './moments';
import { CLOCKS, KINDS, type Clock, type EntryKind } from './types';

export const VIEWS = ['list', 'rules', 'travel', 'knowledge', 'inbox'] as const;
export type WorldView = (typeof VIEWS)[number];

/** What the address of the world says beyond the entry: all of it can be linked and gone back to. */
export interface WorldSearch {
  readonly view?: WorldView | undefined;
  readonly type?: EntryKind | undefined;
  readonly q?: string | undefined;
  readonly asOf?: string | undefined;
  readonly clock?: Clock | undefined;
}

export function worldSearch(given: Record<string, unknown>): WorldSearch {
  const asOf = typeof given.asOf === 'string' && sceneOf(given.asOf) ? given.asOf : undefined;
  const view = VIEWS.find((one) => one === given.view);
  const clock = CLOCKS.find((one) => one === given.clock);
  return {
    ...(view && view !== 'list' ? { view } : {}),
    ...(KINDS.includes(given.type as EntryKind) ? { type: given.type as EntryKind } : {}),
    ...(typeof given.q === 'string' && given.q !== '' ? { q: given.q } : {}),
    ...(asOf ? { asOf } : {}),
    ...(clock && clock !== 'story' ? { clock } : {}),
  };
}

export const momentOf = (search: WorldSearch): Moment => ({
  scene: sceneOf(search.asOf),
  clock: search.clock ?? 'story',
});

export const searchOf = (moment: Moment): Pick<WorldSearch, 'asOf' | 'clock'> => ({
  asOf: moment.scene ? `scene:${moment.scene}` : undefined,
  clock: moment.clock === 'story' ? undefined : moment.clock,
});
