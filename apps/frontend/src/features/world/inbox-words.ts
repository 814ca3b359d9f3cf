import type { InboxItem } from './types';

type Payload = InboxItem['payload'];

/** The one line of a suggestion that can be put otherwise before it is accepted; null where none is. */
export function editable(
  item: InboxItem,
): { readonly text: string; readonly with: (text: string) => Payload } | null {
  const { payload } = item;
  const field = { entity: 'name', alias: 'text', rule: 'statement', fact: 'text' }[item.kind];
  if (!field) return null;
  const value = payload.value as Payload | null | undefined;
  if (typeof payload[field] === 'string') {
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
