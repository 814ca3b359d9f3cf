import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const stepsQuery = (run: string, live: boolean) =>
  queryOptions({
    queryKey: keys.steps(run),
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET('/api/v1/runs/{run_id}/steps', { params: { path: { run_id: run } }, signal }),
        )
      ).items,
    refetchInterval: live ? 3_000 : false,
  });

export const callQuery = (call: string) =>
  queryOptions({
    queryKey: keys.call(call),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/calls/{call_id}', { params: { path: { call_id: call } }, signal })),
    staleTime: Infinity,
  });

/** In which scene another answer to a call would be offered; null where its place is gone. */
export const callPlaceQuery = (novel: string, call: string) =>
  queryOptions({
    queryKey: [...keys.call(call), 'place'] as const,
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET('/api/v1/novels/{novel_id}/calls/{call_id}/place', {
            params: { path: { novel_id: novel, call_id: call } },
            signal,
          }),
        )
      ).scene_id,
  });

/** What a run may be tried again with. The models page keeps the same list under the same key. */
export const modelsQuery = queryOptions({
  queryKey: keys.models(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/models', { signal }))).items,
});
