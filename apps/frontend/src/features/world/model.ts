import type { FactView, Entry, EntryKind, InboxItem, PredicateView } from './types';
import { KINDS } from './types';

/** Entries of a kind whose name, other name or summary holds what is looked for. */
export function filterEntries(
  entries: readonly Entry[],
  kind: EntryKind | undefined,
  query: string,
): Entry[] {
  const wanted = query.trim().normalize('NFKC').toLowerCase();
  const holds = (text: string) => text.normalize('NFKC').toLowerCase().includes(wanted);
  return entries.filter(
    (entry) =>
      (!kind || entry.kind === kind) &&
      (wanted === '' || [entry.name, ...entry.aliases, entry.summary].some(holds)),
  );
}

/** The kind of an entry as this app words it; what it does not know reads as a concept. */
export function kindOf(kind: string): EntryKind {
  return KINDS.find((known) => known === kind) ?? 'concept';
}

/** Entries by kind, the important ones first; kinds without an entry are left out. */
export function groupEntries(entries: readonly Entry[]): [EntryKind, Entry[]][] {
  return KINDS.map((kind): [EntryKind, Entry[]] => [
    kind,
    entries
      .filter((entry) => kindOf(entry.kind) === kind)
      .sort((a, b) => b.importance - a.importance || a.name.localeCompare(b.name)),
  ]).filter(([, group]) => group.length > 0);
}

/** What can be said of an entry of this kind, by its label. */
export function predicatesFor(all: readonly PredicateView[], kind: string): PredicateView[] {
  return (
    all
      .filter((one) => one.domain.includes(kind) || one.domain.includes('any'))
      // A moment of story time is said by the date of a scene, not typed as a value.
      .filter((one) => !one.value_types.includes('instant'))
      .sort((a, b) => a.label.localeCompare(b.label))
  );
}

/** Kinds of entries among what a predicate can point to. */
export function objectKinds(predicate: PredicateView): EntryKind[] {
  if (predicate.object_kinds.includes('any')) return [...KINDS];
  return KINDS.filter((kind) => predicate.object_kinds.includes(kind));
}

/** One predicate with its present and its former values, in the order of their beginning. */
export interface Progression {
  readonly predicate: string;
  readonly label: string;
  readonly facts: readonly FactView[];
}

/** What changed: each predicate that has a former value, with all its values in their order. */
export function progressions(
  facts: readonly FactView[],
  superseded: readonly FactView[],
): Progression[] {
  const changed = [...new Set(superseded.map((fact) => fact.predicate ?? ''))];
  return changed.map((predicate) => {
    const of = (list: readonly FactView[]) => list.filter((fact) => fact.predicate === predicate);
    const former = of(superseded);
    const all = [...former, ...of(facts).filter((fact) => !former.some((f) => f.id === fact.id))];
    return { predicate, label: all[0]?.label ?? predicate, facts: all };
  });
}

/** The inbox by scene, in the order in which the scenes first come. */
export function byScene(
  items: readonly InboxItem[],
): { scene: string | null; title: string; items: InboxItem[] }[] {
  const groups = new Map<string | null, InboxItem[]>();
  for (const item of items) {
    const scene = item.scene?.id ?? null;
    groups.set(scene, [...(groups.get(scene) ?? []), item]);
  }
  return [...groups].map(([scene, list]) => ({
    scene,
    title: list.find((item) => item.scene)?.scene?.title ?? '',
    items: list,
  }));
}

/** What a fact says beside its value, as the server words it: "needs and distrusts, −2"; empty when nothing. */
export function detailsOf({
  text,
  value_text: value,
}: Pick<FactView, 'text' | 'value_text'>): string {
  const at = value === '' ? -1 : text.lastIndexOf(value);
  const rest = at < 0 ? '' : text.slice(at + value.length).trim();
  const [, inside = ''] = /^[(（](.*)[)）]$/u.exec(rest) ?? [];
  return inside.replaceAll(/-(?=\d)/gu, '−');
}
