import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';

type Schemas = components['schemas'];

export const KINDS = ['text', 'meaning', 'names'] as const;
export type Kind = (typeof KINDS)[number];
export type Hit = Schemas['SearchHit'];

const MOST = 40;

/** Where words, a meaning or a name stand in a book. */
export const searchQuery = (novel: string, query: string, kinds: readonly Kind[]) =>
  queryOptions({
    queryKey: keys.world(novel, 'search', query, ...kinds),
    queryFn: ({ signal }) =>
      body(
        api.POST('/api/v1/novels/{novel_id}/search', {
          params: { path: { novel_id: novel } },
          body: { query, kinds: [...kinds], k: MOST },
          signal,
        }),
      ),
    enabled: query.trim() !== '' && kinds.length > 0,
    staleTime: 10_000,
  });
