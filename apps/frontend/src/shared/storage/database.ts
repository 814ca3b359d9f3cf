import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** A scene that is on this device and perhaps not yet on the server. */
export interface DraftRow {
  readonly key: string;
  readonly user: string;
  readonly novel: string;
  readonly chapter: string;
  readonly scene: string;
  readonly base: { readonly version: number; readonly json: unknown };
  readonly json: unknown;
  readonly decisions: readonly unknown[];
  /** What was sent and not yet answered: after a crash it may be on the server all the same. */
  readonly sent: { readonly opId: string; readonly json: unknown } | null;
  readonly at: number;
}

/** The last text of a chapter that came from the server, for reading without it. */
export interface ChapterRow {
  readonly key: string;
  readonly user: string;
  readonly novel: string;
  readonly content: unknown;
  readonly at: number;
}

interface Stores extends DBSchema {
  drafts: { key: string; value: DraftRow; indexes: { user: string } };
  chapters: { key: string; value: ChapterRow; indexes: { user: string } };
}

let opened: Promise<IDBPDatabase<Stores> | null> | null = null;

/** The store of this browser; null where the browser keeps none (some private windows). */
export function database(): Promise<IDBPDatabase<Stores> | null> {
  opened ??= openDB<Stores>('infinite-scribe', 1, {
    upgrade(store) {
      store.createObjectStore('drafts', { keyPath: 'key' }).createIndex('user', 'user');
      store.createObjectStore('chapters', { keyPath: 'key' }).createIndex('user', 'user');
    },
    blocking() {
      // Another tab brings a newer shape: let go at once, the next call opens again.
      void opened?.then((store) => store?.close());
      opened = null;
    },
    terminated() {
      opened = null;
    },
  }).catch(() => null);
  return opened;
}
