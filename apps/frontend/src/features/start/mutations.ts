import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { followAgain } from '@/shared/api/run-hub';
import type { NovelCreate } from '@/shared/api/types';
import { newId } from '@/shared/text/ids';

export interface Idea {
  idea: string;
  language: NonNullable<NovelCreate['language']>;
  length: NonNullable<NovelCreate['length']>;
  pov: NonNullable<NovelCreate['pov']>;
  tone: string;
}

const TASK = 'director.begin_book';

function taskInput({ idea, length, pov, tone }: Idea) {
  return { idea: idea.trim(), length, pov, ...(tone ? { tone } : {}) };
}

function createBook({ tone, ...idea }: Idea, key: string) {
  return body(
    api.POST('/api/v1/novels', {
      params: { header: { 'idempotency-key': key } },
      body: { ...idea, idea: idea.idea.trim(), ...(tone ? { tone } : {}) },
    }),
  );
}

/** A book without a run: a blank first page. */
export function useBlankBook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (idea: Idea) => createBook(idea, newId()),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.novels() }),
  });
}

/**
 * Makes the book first, with its idea, and then starts the run: whatever fails, the idea is stored.
 * The same press never makes two books, since a second try repeats the keys of the first.
 */
export function useBeginBook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ idea, keys: pair }: { idea: Idea; keys: readonly [string, string] }) => {
      const novel = await createBook(idea, pair[0]);
      const run = await body(
        api.POST('/api/v1/novels/{novel_id}/runs', {
          params: { path: { novel_id: novel.id }, header: { 'Idempotency-Key': pair[1] } },
          body: { task: TASK, input: taskInput(idea) },
        }),
      );
      return { novel, run };
    },
    onSuccess: ({ novel, run }) => {
      client.setQueryData(keys.novel(novel.id), novel);
      client.setQueryData(keys.run(run.id), run);
      return client.invalidateQueries({ queryKey: keys.novels() });
    },
  });
}

export const beginEstimateQuery = (shape: Pick<Idea, 'length' | 'pov'>) =>
  queryOptions({
    queryKey: keys.estimate(TASK, shape),
    queryFn: ({ signal }) =>
      body(
        api.POST('/api/v1/runs/estimate', {
          body: { task: TASK, input: { ...shape, idea: '-' } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** What the first run will be written with: the Writer's first model. */
export const writerModelQuery = queryOptions({
  queryKey: ['models', 'writer'],
  queryFn: async ({ signal }) => {
    const [{ roles }, providers] = await Promise.all([
      body(api.GET('/api/v1/roles', { signal })),
      body(api.GET('/api/v1/providers', { signal })),
    ]);
    const choice = roles.writer?.[0];
    const provider = providers.items.find((item) => item.id === choice?.endpoint_id);
    if (!choice || !provider || provider.kind === 'demo') return null;
    return { model: choice.model, local: provider.local };
  },
});

/** Connects the Ollama that was found and gives every prose and planning role its first model. */
export function useOllama() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ baseUrl, model }: { baseUrl: string; model: string }) => {
      const provider = await body(
        api.POST('/api/v1/providers', {
          body: { kind: 'ollama', label: 'Ollama', base_url: baseUrl, models: [model] },
        }),
      );
      const choice = [{ endpoint_id: provider.id, model }];
      return body(
        api.PUT('/api/v1/roles', {
          body: {
            roles: {
              worldsmith: choice,
              director: choice,
              writer: choice,
              editor: choice,
              librarian: choice,
              quick: choice,
            },
          },
        }),
      );
    },
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.models() }),
        client.invalidateQueries({ queryKey: keys.providers() }),
        client.invalidateQueries({ queryKey: keys.roles() }),
        client.invalidateQueries({ queryKey: ['estimate'] }),
      ]),
  });
}

type Verb = 'pause' | 'resume' | 'cancel';

async function demoModel() {
  const { items } = await body(api.GET('/api/v1/models'));
  const found = items.find((model) => model.demo);
  return found && { endpoint_id: found.endpoint_id, model: found.model };
}

export function useRunVerbs(run: string) {
  const client = useQueryClient();
  const path = { params: { path: { run_id: run } } };
  const onSuccess = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.run(run) }),
      client.invalidateQueries({ queryKey: keys.runs() }),
    ]);
  const verb = useMutation({
    mutationFn: (name: Verb) => {
      if (name === 'pause') return body(api.POST('/api/v1/runs/{run_id}/pause', path));
      if (name === 'resume') return body(api.POST('/api/v1/runs/{run_id}/resume', path));
      return body(api.POST('/api/v1/runs/{run_id}/cancel', path));
    },
    onSuccess,
  });
  const retry = useMutation({
    mutationFn: async (withDemo: boolean) => {
      const demo = withDemo ? await demoModel() : undefined;
      const given = demo ? { model_override: demo } : {};
      return body(api.POST('/api/v1/runs/{run_id}/retry', { ...path, body: given }));
    },
    onSuccess: () => {
      followAgain();
      return onSuccess();
    },
  });
  const steer = useMutation({
    mutationFn: (text: string) =>
      body(api.POST('/api/v1/runs/{run_id}/steer', { ...path, body: { text, when: 'step' } })),
  });
  const answer = useMutation({
    mutationFn: (given: { gate: string; decision: string }) =>
      body(api.POST('/api/v1/runs/{run_id}/answer', { ...path, body: given })),
    onSuccess,
  });
  return { verb, retry, steer, answer };
}
