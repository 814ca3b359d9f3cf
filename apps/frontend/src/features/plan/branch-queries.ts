import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { startRun } from '@/shared/api/run-queries';
import type { RunRead } from '@/shared/api/types';

const BRANCHES = '/api/v1/novels/{novel_id}/plan/branches' as const;

/** The what-if branches that wait for a decision, newest first. */
export const branchesQuery = (novel: string) =>
  queryOptions({
    queryKey: [...keys.plan(novel), 'branches'] as const,
    queryFn: async ({ signal }) =>
      (await body(api.GET(BRANCHES, { params: { path: { novel_id: novel } }, signal }))).items,
  });

/** What the linter says of the plan as it is, and of the plan with a branch in it. */
export const comparedQuery = (novel: string, branch: string) =>
  queryOptions({
    queryKey: [...keys.plan(novel), 'branches', branch] as const,
    queryFn: ({ signal }) =>
      body(
        api.GET(`${BRANCHES}/{branch_id}`, {
          params: { path: { novel_id: novel, branch_id: branch } },
          signal,
        }),
      ),
  });

/** Takes a branch into the plan as one revision, or throws it away. */
export function useDecideBranch(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ branch, action }: { branch: string; action: 'adopt' | 'discard' }) =>
      body(
        api.POST(`${BRANCHES}/{branch_id}/decide`, {
          params: { path: { novel_id: novel, branch_id: branch } },
          body: { action },
        }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.plan(novel) }),
        client.invalidateQueries({ queryKey: keys.revisions(novel) }),
      ]),
  });
}

const WORKING: readonly string[] = ['queued', 'running', 'cancelling'];

/** Asks what becomes of the plan under a premise, and follows the run until it has an answer. */
export function useWhatIf(novel: string) {
  const client = useQueryClient();
  const seen = async (run: RunRead) => {
    if (!WORKING.includes(run.state))
      await client.invalidateQueries({ queryKey: keys.plan(novel) });
    return run;
  };
  const start = useMutation({
    mutationFn: async (given: { from_card: string; premise: string }) =>
      seen(await startRun(novel, 'director.what_if', given)),
  });
  const id = start.data?.id ?? '';
  const found = useQuery({
    queryKey: [...keys.run(id), 'what-if'] as const,
    queryFn: async ({ signal }) => seen(await ask<RunRead>(`/runs/${id}`, { signal })),
    enabled: start.data !== undefined && WORKING.includes(start.data.state),
    refetchInterval: ({ state }) =>
      !state.error && state.data && WORKING.includes(state.data.state) ? 700 : false,
  });
  const run = found.data ?? start.data;
  return {
    go: start.mutate,
    run,
    busy: start.isPending || (run !== undefined && WORKING.includes(run.state) && !found.error),
    error: start.error ?? found.error ?? (run?.state === 'failed' ? run.error : null),
  };
}
