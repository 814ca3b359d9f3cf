import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const planQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.plan(novel),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/novels/{novel_id}/plan', {
          params: { path: { novel_id: novel } },
          signal,
        }),
      ),
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

export const entriesQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.entries(novel),
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET('/api/v1/novels/{novel_id}/entries', {
            params: { path: { novel_id: novel } },
            signal,
          }),
        )
      ).items,
  });
