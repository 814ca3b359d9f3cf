import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import type { PromiseWish } from './promises';

const NOVEL = '/api/v1/novels/{novel_id}' as const;

export const promisesQuery = (novel: string) =>
  queryOptions({
    // Under the world: what changes a fact or accepts a text may change where a promise stands.
    queryKey: keys.world(novel, 'promises'),
    queryFn: ({ signal }) =>
      body(api.GET(`${NOVEL}/promises`, { params: { path: { novel_id: novel } }, signal })),
  });

export type PromiseAct =
  | { do: 'add'; promise: PromiseWish }
  | { do: 'edit'; id: string; promise: components['schemas']['PromiseUpdate'] }
  | { do: 'drop'; id: string };

/** Changes the promises of a book; each change is one revision. */
export function usePromiseAct(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (act: PromiseAct): Promise<unknown> => {
      const path = { novel_id: novel };
      if (act.do === 'add') {
        return body(api.POST(`${NOVEL}/promises`, { params: { path }, body: act.promise }));
      }
      const one = { params: { path: { ...path, promise_id: act.id } } };
      return act.do === 'edit'
        ? body(api.PATCH(`${NOVEL}/promises/{promise_id}`, { ...one, body: act.promise }))
        : body(api.DELETE(`${NOVEL}/promises/{promise_id}`, one));
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.world(novel) }),
        client.invalidateQueries({ queryKey: keys.revisions(novel) }),
      ]),
  });
}
