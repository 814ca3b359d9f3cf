import type { components } from '@/shared/api/generated/schema';

export type Revert = components['schemas']['RevertRead'];

const KINDS = [
  'scenes',
  'chapters',
  'entries',
  'facts',
  'rules',
  'promises',
  'cards',
  'beats',
] as const;
export type RevertKind = (typeof KINDS)[number] | 'others';

/** How much of each goes back, in the order in which an author cares; what has no name of its own is one sum. */
export function goesBack(returns: Revert['returns']): { kind: RevertKind; count: number }[] {
  const rest = Object.entries(returns ?? {})
    .filter(([kind]) => !KINDS.some((known) => known === kind))
    .reduce((sum, [, ids]) => sum + ids.length, 0);
  return [
    ...KINDS.map((kind) => ({ kind, count: returns?.[kind]?.length ?? 0 })),
    { kind: 'others' as const, count: rest },
  ].filter(({ count }) => count > 0);
}

/** How many things stay because somebody changed them since. */
export const stays = (conflicts: Revert['conflicts']): number =>
  Object.values(conflicts ?? {}).reduce((sum, ids) => sum + ids.length, 0);
