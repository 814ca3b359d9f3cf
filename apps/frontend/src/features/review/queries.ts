import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import type { RunRead } from '@/shared/api/types';
import { newId } from '@/shared/text/ids';

const NOVEL = '/api/v1/novels/{novel_id}' as const;

export const findingsQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.world(novel, 'findings'),
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

const LIVE: readonly string[] = ['queued', 'running', 'waiting', 'paused', 'cancelling'];
const PAUSE = 700;

/** Checks a scene as it is now, and returns when that is done. */
export function useCheck(novel: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (scene: string) => {
      let run = await ask<RunRead>(`/novels/${novel}/runs`, {
        method: 'POST',
        headers: { 'idempotency-key': newId() },
        json: { task: 'editor.check', input: { scene } },
      });
      while (LIVE.includes(run.state)) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        run = await ask<RunRead>(`/runs/${run.id}`);
      }
      return run;
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.world(novel) }),
  });
}
