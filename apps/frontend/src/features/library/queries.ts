import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type { NovelRead } from '@/shared/api/types';

async function allPages(
  page: (cursor: string | undefined) => Promise<{ items: NovelRead[]; next?: string | null }>,
): Promise<NovelRead[]> {
  const novels: NovelRead[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    novels.push(...items);
    cursor = next ?? undefined;
  } while (cursor);
  return novels;
}

export const novelsQuery = queryOptions({
  queryKey: keys.novels(),
  queryFn: ({ signal }) =>
    allPages((cursor) =>
      body(api.GET('/api/v1/novels', { params: { query: { cursor } }, signal })),
    ),
});

export const trashQuery = queryOptions({
  queryKey: keys.trash(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/novels/trash', { signal }))).items,
});
