import type { InboxItem } from './types';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** What a suggestion says, in one line; the server's own words where it has some. */
export function wordsOf(
  { text: given, kind, payload }: InboxItem,
  names: ReadonlyMap<string, string>,
  labels: ReadonlyMap<string, string>,
): string {
  if (given) return given;
  const name = (id: unknown) => names.get(String(id)) ?? null;
  switch (kind) {
    case 'entity':
      return [text(payload.name), text(payload.summary)].filter(Boolean).join(' — ');
    case 'alias':
      return [name(payload.entity_id), text(payload.text)].filter(Boolean).join(' = ');
    case 'rule':
      return text(payload.statement) ?? '';
    default: {
      const value = payload.value as Record<string, unknown> | null | undefined;
      const said = [
        name(payload.object_id),
        text(payload.text),
        payload.number ?? null,
        text(value?.text),
        value?.number ?? null,
      ].find((one) => one !== null && one !== undefined);
      const predicate = String(payload.predicate ?? '');
      const parts = [name(payload.subject_id), labels.get(predicate) ?? predicate, said ?? null];
      const line = parts.filter((part) => part !== null && part !== '').join(' · ');
      return text(payload.wording) ?? line;
    }
  }
}

/** The one line of a suggestion that can be put otherwise before it is accepted; null where none is. */
export function editable(
  item: InboxItem,
): { readonly text: string; readonly with: (text: string) => object } | null {
  const { payload } = item;
  const field = { entity: 'summary', alias: 'text', rule: 'statement', fact: 'text' }[item.kind];
  if (!field) return null;
  const value = payload.value as Record<string, unknown> | null | undefined;
  if (field in payload && typeof payload[field] === 'string') {
    return { text: payload[field], with: (next) => ({ ...payload, [field]: next }) };
  }
  if (item.kind === 'fact' && typeof value?.text === 'string') {
    return {
      text: value.text,
      with: (next) => ({ ...payload, value: { ...value, text: next } }),
    };
  }
  return null;
}
