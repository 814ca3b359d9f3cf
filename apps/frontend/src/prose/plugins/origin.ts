import { PluginKey, type Transaction } from '@tiptap/pm/state';

/** Where a transaction comes from, for plugins that must tell the author's hand from ours. */
export type Source =
  /** The server's text, or a merge: not the author's edit, may change the list of scenes. */
  | 'remote'
  /** A restore or another change of whole scenes that the author asked for: to be saved. */
  | 'replace';

const key = new PluginKey('source');

/** Says where a transaction comes from. */
export function markSource(tr: Transaction, source: Source): Transaction {
  return tr.setMeta(key, source);
}

/** Where a transaction comes from; null for the author's own edits. */
export function sourceOf(tr: Transaction): Source | null {
  return (tr.getMeta(key) as Source | undefined) ?? null;
}
