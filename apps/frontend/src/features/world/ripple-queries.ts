import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { keyOf, untilCleared, type Rested } from './ripples';

const NOVEL = '/api/v1/novels/{novel_id}' as const;
/** The marks are made behind the change: the word that something is still fine waits for them. */
const TRIES = 5;
const PAUSE = 800;

/** What a change of a fact touches. What was seen before the change is kept: after it, it is gone through. */
export const rippleQuery = (novel: string, fact: string) =>
  queryOptions({
    queryKey: ['ripple', novel, fact] as const,
    queryFn: ({ signal }) =>
      body(
        api.POST(`${NOVEL}/ripple`, {
          params: { path: { novel_id: novel } },
          body: { fact_id: fact },
          signal,
        }),
      ),
    gcTime: 60_000,
  });

/** The author's word that something is still fine although a fact under it changed; says whether a mark went. */
export function useStillFine(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (one: Rested) => {
      const clear = async () => {
        const params = { path: { novel_id: novel } };
        const about = { kind: one.kind, id: one.id };
        return (await body(api.POST(`${NOVEL}/ripple/clear`, { params, body: about }))).cleared;
      };
      const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
      return { key: keyOf(one), cleared: await untilCleared(clear, pause, TRIES) };
    },
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.tree(novel) }),
        client.invalidateQueries({ queryKey: keys.plan(novel) }),
        client.invalidateQueries({ queryKey: keys.world(novel) }),
      ]),
  });
}
