import { queryOptions } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { keys } from '@/shared/api/keys';

export const KINDS = ['text', 'meaning', 'names'] as const;
export type Kind = (typeof KINDS)[number];

export interface Hit {
  readonly kind: string;
  readonly scene_id: string | null;
  readonly scene_title: string | null;
  readonly chapter_number: number | null;
  readonly pid: string | null;
  readonly snippet: string;
  readonly entry_id: string | null;
}

interface Answer {
  readonly hits: readonly Hit[];
  readonly not_evaluated: readonly { readonly check: string; readonly reason: string }[];
}

const MOST = 40;

/** Where words, a meaning or a name stand in a book. */
export const searchQuery = (novel: string, query: string, kinds: readonly Kind[]) =>
  queryOptions({
    queryKey: keys.world(novel, 'search', query, ...kinds),
    queryFn: ({ signal }) =>
      ask<Answer>(`/novels/${novel}/search`, {
        method: 'POST',
        json: { query, kinds, k: MOST },
        signal,
      }),
    enabled: query.trim() !== '' && kinds.length > 0,
    staleTime: 10_000,
  });
