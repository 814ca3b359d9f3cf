import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import type {
  PromptCall,
  PromptList,
  PromptPreview,
  PromptRead,
  PromptVersion,
  Whose,
  Wording,
} from './types';

const base = (whose: Whose) => (whose === null ? '/prompts' : `/novels/${whose}/prompts`);

export const promptsQuery = (whose: Whose, language: string) =>
  queryOptions({
    queryKey: keys.prompts(whose, 'list', language),
    queryFn: ({ signal }) => ask<PromptList>(`${base(whose)}?language=${language}`, { signal }),
  });

export const promptQuery = (whose: Whose, name: string) =>
  queryOptions({
    queryKey: keys.prompts(whose, name),
    queryFn: ({ signal }) => ask<PromptRead>(`${base(whose)}/${name}`, { signal }),
  });

export const promptVersionsQuery = (whose: Whose, name: string) =>
  queryOptions({
    queryKey: keys.prompts(whose, name, 'versions'),
    queryFn: async ({ signal }) =>
      (await ask<{ items: PromptVersion[] }>(`${base(whose)}/${name}/versions`, { signal })).items,
  });

export const promptCallsQuery = (novel: string, name: string) =>
  queryOptions({
    queryKey: keys.prompts(novel, name, 'calls'),
    queryFn: async ({ signal }) =>
      (await ask<{ items: PromptCall[] }>(`${base(novel)}/${name}/calls`, { signal })).items,
  });

/** The books whose places a preview can be filled from. */
export const booksQuery = queryOptions({
  queryKey: keys.prompts(null, 'books'),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/novels', { signal }))).items,
});

/** Scenes and chapters of a book, to be picked from. */
export const placesQuery = (novel: string) =>
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

export interface PreviewPlace {
  readonly scene_id?: string;
  readonly chapter_id?: string;
  readonly call_id?: string;
}

/** Exactly what would be sent; `draft` is a wording that was not saved. Nothing is asked of a model. */
export const promptPreviewQuery = (
  novel: string,
  name: string,
  place: PreviewPlace,
  draft: Wording | null,
) =>
  queryOptions({
    queryKey: keys.prompts(novel, name, 'preview', place, draft),
    queryFn: ({ signal }) =>
      ask<PromptPreview>(`${base(novel)}/${name}/preview`, {
        method: 'POST',
        json: { ...place, ...(draft ? { draft } : {}) },
        signal,
      }),
    gcTime: 0,
    retry: false,
  });

interface Saving extends Wording {
  readonly replaces: string | null;
}

/** Puts a wording in force, or (null) takes the own one out of force. */
export function usePromptAct(whose: Whose, name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Saving | { readonly reset: string }) =>
      'reset' in wanted
        ? ask<PromptRead>(`${base(whose)}/${name}?replaces=${encodeURIComponent(wanted.reset)}`, {
            method: 'DELETE',
          })
        : ask<PromptRead>(`${base(whose)}/${name}`, { method: 'PUT', json: wanted }),
    onSuccess: (prompt) => client.setQueryData(promptQuery(whose, name).queryKey, prompt),
    // A user's wording counts in every book that has none of its own.
    onSettled: () => client.invalidateQueries({ queryKey: ['prompts'] }),
  });
}
