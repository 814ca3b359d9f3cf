import type { components } from '@/shared/api/generated/schema';

export type Revision = components['schemas']['RevisionRead'];
export type Rollback = components['schemas']['RollbackRead'];

/** What of a book a table belongs to, as an author would say it. */
const AREA: Readonly<Record<string, Area>> = {
  scene_heads: 'text',
  scene_blocks: 'text',
  scenes: 'structure',
  chapters: 'structure',
  parts: 'structure',
  cards: 'plan',
  turning_points: 'plan',
  beats: 'plan',
  plan_items: 'plan',
  arcs: 'plan',
  threads: 'plan',
  promises: 'plan',
  promise_scenes: 'plan',
  concepts: 'plan',
  entities: 'world',
  aliases: 'world',
  character_sheets: 'world',
  assertions: 'world',
  evidence: 'world',
  events: 'world',
  event_participants: 'world',
  event_links: 'world',
  rules: 'world',
  routes: 'world',
  calendars: 'world',
  beliefs: 'world',
  disclosures: 'world',
  rulings: 'world',
  style_guides: 'style',
  exemplars: 'style',
  voice_cards: 'style',
};
export type Area = 'text' | 'structure' | 'plan' | 'world' | 'style';
const ORDER: readonly Area[] = ['text', 'structure', 'plan', 'world', 'style'];

/** What a revision changed, each once, in a fixed order. */
export function areasOf(revision: Pick<Revision, 'tables'>): Area[] {
  const found = new Set(Object.keys(revision.tables).map((table) => AREA[table]));
  return ORDER.filter((area) => found.has(area));
}

/** What an edit may have been about, the most telling first: what comes along with it is not named. */
const NAMED = [
  'entities',
  'promises',
  'assertions',
  'rules',
  'routes',
  'events',
  'beliefs',
  'disclosures',
  'cards',
  'concepts',
  'style_guides',
  'rulings',
  'aliases',
  'calendars',
] as const;
export type Named = (typeof NAMED)[number];

/** What a single edit did to what; null where it cannot be said in one word. */
export function editOf({
  tables,
}: Pick<Revision, 'tables'>): { what: Named; how: 'added' | 'changed' | 'removed' } | null {
  const what = NAMED.find((name) => tables[name] !== undefined);
  if (!what) return null;
  const { opened = 0, closed = 0 } = tables[what] ?? {};
  return { what, how: closed === 0 ? 'added' : opened === 0 ? 'removed' : 'changed' };
}

const PARTS = ['scenes', 'facts', 'cards', 'threads', 'promises'] as const;

/** How much of each would return; what is untouched is left out. */
export function returning(preview: Rollback): { part: (typeof PARTS)[number]; count: number }[] {
  return PARTS.map((part) => ({ part, count: preview[part].length })).filter(
    ({ count }) => count > 0,
  );
}
