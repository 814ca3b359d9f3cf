import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import type { PlanRead } from '@/shared/api/types';
import type { CardWish } from './card-wish';

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

/** Changes what a scene is planned to do; drafts that exist stay as they are. */
export function useUpdateCard(novel: string, scene: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: CardWish) =>
      body(
        api.PATCH('/api/v1/scenes/{scene_id}/card', {
          params: { path: { scene_id: scene } },
          body: values,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.plan(novel) }),
  });
}

/** Changes the plan by operations on the plan as it is known here; each is done or refused by itself. */
export function usePlanOps(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ops: readonly components['schemas']['PlanOperation'][]) =>
      body(
        api.POST('/api/v1/novels/{novel_id}/plan/operations', {
          params: { path: { novel_id: novel } },
          body: {
            base_revision: client.getQueryData<PlanRead>(keys.plan(novel))?.novel_revision ?? 0,
            ops: [...ops],
          },
        }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.plan(novel) }),
        client.invalidateQueries({ queryKey: keys.tree(novel) }),
        client.invalidateQueries({ queryKey: keys.world(novel) }),
      ]),
  });
}
