import { database, type ChapterRow, type DraftRow } from './database';

/** How a draft is found: by user, book and scene. */
export function draftKey(user: string, novel: string, scene: string): string {
  return [user, novel, scene].join('/');
}

/** Puts a scene on this device. True once it is there. */
export async function keepDraft(row: DraftRow): Promise<boolean> {
  const store = await database();
  if (!store) return false;
  try {
    await store.put('drafts', row);
    return true;
  } catch {
    return false;
  }
}

/** Forgets a draft that the server has, unless a newer one took its place meanwhile. */
export async function dropDraft(key: string, until: number): Promise<void> {
  const store = await database();
  if (!store) return;
  const change = store.transaction('drafts', 'readwrite');
  const row = await change.store.get(key);
  if (row && row.at <= until) await change.store.delete(key);
  await change.done;
}

/** The drafts of these scenes that are on this device. */
export async function draftsOf(
  user: string,
  novel: string,
  scenes: readonly string[],
): Promise<DraftRow[]> {
  const store = await database();
  if (!store) return [];
  const rows = await Promise.all(
    scenes.map((scene) => store.get('drafts', draftKey(user, novel, scene))),
  );
  return rows.filter((row) => row !== undefined);
}

/** All drafts of a user: for the count in the save state, the rescue export and signing out. */
export async function allDrafts(user: string): Promise<DraftRow[]> {
  const store = await database();
  return store ? store.getAllFromIndex('drafts', 'user', user) : [];
}

/** Keeps the text of a chapter for reading without the server. */
export async function keepChapter(
  user: string,
  novel: string,
  chapter: string,
  content: unknown,
): Promise<void> {
  const store = await database();
  await store
    ?.put('chapters', {
      key: [user, novel, chapter].join('/'),
      user,
      novel,
      content,
      at: Date.now(),
    })
    .catch(() => undefined);
}

/** The kept text of a chapter. */
export async function keptChapter(
  user: string,
  novel: string,
  chapter: string,
): Promise<ChapterRow | undefined> {
  return (await database())?.get('chapters', [user, novel, chapter].join('/'));
}

/** Takes everything of a user off this device. */
export async function wipeDevice(user: string): Promise<void> {
  const store = await database();
  if (!store) return;
  for (const name of ['drafts', 'chapters'] as const) {
    const change = store.transaction(name, 'readwrite');
    for (const key of await change.store.index('user').getAllKeys(user))
      await change.store.delete(key);
    await change.done;
  }
}
