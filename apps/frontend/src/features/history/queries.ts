import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

const PAGE = 50;

export const revisionsQuery = (novel: string) =>
  infiniteQueryOptions({
    queryKey: keys.revisions(novel),
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/v1/novels/{novel_id}/revisions', {
          params: {
            path: { novel_id: novel },
            query: { limit: PAGE, ...(pageParam ? { cursor: Number(pageParam) } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

const rollback = (novel: string, revision: number, preview: boolean) =>
  body(
    api.POST('/api/v1/novels/{novel_id}/rollback', {
      params: { path: { novel_id: novel } },
      body: { revision, preview },
    }),
  );

/** What going back would return and hide. Nothing is changed by asking. */
export const previewQuery = (novel: string, revision: number) =>
  queryOptions({
    queryKey: [...keys.revisions(novel), 'preview', revision] as const,
    queryFn: () => rollback(novel, revision, true),
    gcTime: 0,
    staleTime: 0,
  });

/** Goes back: text, world and plan return together, so everything known of the book is stale. */
export function useRollback(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (revision: number) => rollback(novel, revision, false),
    onSuccess: () =>
      Promise.all(
        [['novel', novel], ['chapter'], ['scene'], keys.novels()].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
