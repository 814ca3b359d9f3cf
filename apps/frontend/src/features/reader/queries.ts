import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type { NodeJson } from '@/prose/json';

export const novelQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.novel(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/novels/{novel_id}', { params: { path: { novel_id: novel } }, signal })),
  });

export const treeQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.tree(novel),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/novels/{novel_id}/tree', {
          params: { path: { novel_id: novel } },
          signal,
        }),
      ),
  });

/** The scenes of a chapter as saved nodes, in reading order. */
export const textQuery = (chapter: string) =>
  queryOptions({
    queryKey: [...keys.chapter(chapter), 'read'] as const,
    queryFn: async ({ signal }) => {
      const content = await body(
        api.GET('/api/v1/chapters/{chapter_id}/content', {
          params: { path: { chapter_id: chapter } },
          signal,
        }),
      );
      return content.scenes.map((scene) => scene.json as unknown as NodeJson);
    },
  });
