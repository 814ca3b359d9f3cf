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

/** What a run may be tried again with. The models page keeps the same list under the same key. */
export const modelsQuery = queryOptions({
  queryKey: keys.models(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/models', { signal }))).items,
});
