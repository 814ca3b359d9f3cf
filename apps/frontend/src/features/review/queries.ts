import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import { startRun } from '@/shared/api/run-queries';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import type { RunRead } from '@/shared/api/types';

const NOVEL = '/api/v1/novels/{novel_id}' as const;

export const findingsQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'findings'),
    // A check may have ended while this page was away.
    refetchOnMount: 'always' as const,
    queryFn: ({ signal }) =>
      body(
        api.GET(`${NOVEL}/findings`, {
          params: { path: { novel_id: novel }, query: { status: 'open' } },
          signal,
        }),
      ),
  });

export const treeQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.tree(novel),
    queryFn: ({ signal }) =>
      body(api.GET(`${NOVEL}/tree`, { params: { path: { novel_id: novel } }, signal })),
  });

/** The facts of the world by their id, in the words of the book. */
export const factsQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'facts by id'),
    queryFn: async ({ signal }) => {
      const params = { path: { novel_id: novel } };
      const { items } = await body(api.GET(`${NOVEL}/facts`, { params, signal }));
      return new Map(items.map((fact) => [fact.id, fact]));
    },
  });

/** Figures about the prose of a chapter as it is now. */
export const proseQuery = (novel: string, chapter: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'prose', chapter),
    refetchOnMount: 'always' as const,
    queryFn: ({ signal }) =>
      body(
        api.GET(`${NOVEL}/review/style`, {
          params: { path: { novel_id: novel }, query: { chapter } },
          signal,
        }),
      ),
  });

/** The author's word about a finding. */
export function useResolve(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, word }: { id: string; word: components['schemas']['FindingResolve'] }) =>
      body(
        api.POST('/api/v1/findings/{finding_id}/resolve', {
          params: { path: { finding_id: id } },
          body: word,
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.world(novel) }),
  });
}

/** A check that is paused or waits is an answer: it goes on when its author says so, in its run. */
const WORKING: readonly string[] = ['queued', 'running', 'cancelling'];
const isWorking = (run: RunRead | undefined) => run !== undefined && WORKING.includes(run.state);
const PAUSE = 700;

/** What the editor can be asked for, and about what. */
export type Reading =
  | { task: 'editor.check' | 'editor.judge_pair'; input: { scene: string } }
  | { task: 'editor.cold_read'; input: { chapter: string } }
  | { task: 'editor.judge'; input: { chapter: string; criteria: readonly string[] } }
  | {
      task: 'editor.feedback';
      input: { chapter: string; lenses: readonly string[]; instruction: string | null };
    };

/** Lets the editor read the text as it is now, and follows the run until it has an answer or the page is left. */
export function useReading(novel: string) {
  const client = useQueryClient();
  const seen = async (run: RunRead) => {
    if (!isWorking(run)) {
      await client.invalidateQueries({ queryKey: keys.world(novel) });
      await client.invalidateQueries({ queryKey: keys.runs(novel) });
    }
    return run;
  };
  const start = useMutation({
    mutationFn: async ({ task, input }: Reading) => seen(await startRun(novel, task, input)),
  });
  const id = start.data?.id ?? '';
  const found = useQuery({
    queryKey: [...keys.run(id), 'check'] as const,
    queryFn: async ({ signal }) => seen(await ask<RunRead>(`/runs/${id}`, { signal })),
    enabled: isWorking(start.data),
    refetchInterval: ({ state }) => (!state.error && isWorking(state.data) ? PAUSE : false),
  });
  const run = found.data ?? start.data;
  return {
    go: start.mutate,
    run,
    busy: start.isPending || (isWorking(run) && !found.error),
    error: start.error ?? found.error,
    again: found.error ? () => void found.refetch() : undefined,
  };
}
