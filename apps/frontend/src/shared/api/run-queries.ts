import { queryOptions } from '@tanstack/react-query';
import { newId } from '../text/ids';
import { ask } from './ask';
import { api, body } from './client';
import { keys } from './keys';
import type { Estimate, RunRead } from './types';

const LIVE = ['queued', 'running', 'waiting', 'paused', 'cancelling'];

/** The runs of a book, newest first. While one is live the list is asked again every few seconds. */
export const runsQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.runs(novel),
    queryFn: async ({ signal }) =>
      (await body(api.GET('/api/v1/runs', { params: { query: { novel_id: novel } }, signal })))
        .items,
    refetchInterval: (query) =>
      query.state.data?.some((run) => LIVE.includes(run.state)) ? 3_000 : false,
  });

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: keys.run(run),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/runs/{run_id}', { params: { path: { run_id: run } }, signal })),
    refetchInterval: (query) =>
      query.state.data && LIVE.includes(query.state.data.state) ? 3_000 : false,
  });

export const novelQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.novel(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/novels/{novel_id}', { params: { path: { novel_id: novel } }, signal })),
  });

/** A model that is asked instead of those of the roles, for one run. */
export interface NamedModel {
  readonly endpoint_id: string;
  readonly model: string;
}

/** What a task would cost, as far as it can be known before it is asked. */
export const estimateQuery = (novel: string, task: string, input: object, model?: NamedModel) =>
  queryOptions({
    queryKey: keys.estimate(task, model ? { ...input, model } : input, novel),
    queryFn: ({ signal }) =>
      ask<Estimate>('/runs/estimate', {
        method: 'POST',
        json: { task, input, novel_id: novel, ...(model ? { model_override: model } : {}) },
        signal,
      }),
    staleTime: 60_000,
    retry: false,
  });

/** Begins a task. `gates` says at which questions the run waits for its author. */
export const startRun = (
  novel: string,
  task: string,
  input: object,
  gates?: Readonly<Record<string, string>>,
  model?: NamedModel,
) =>
  ask<RunRead>(`/novels/${novel}/runs`, {
    method: 'POST',
    headers: { 'idempotency-key': newId() },
    json: {
      task,
      input,
      ...(gates ? { gates } : {}),
      ...(model ? { model_override: model } : {}),
    },
  });
