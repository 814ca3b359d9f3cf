import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';
import { keys } from '@/shared/api/keys';
import { startRun, type NamedModel } from '@/shared/api/run-queries';
import type { JudgeModel, RunRead } from '@/shared/api/types';

export const TRIALS = 'editor.calibrate';

type Trial = JudgeModel['trials'][string];

/** In what a model is tried: picking between texts, finding sentences at odds, marking a spoilt text lower. */
export const KINDS = ['choice', 'clash', 'marks'] as const;

export type Kind = (typeof KINDS)[number];

/** The words for how a model did; marks are given to one text at a time, so that no order can sway them. */
export const shownBy = (kind: Kind) => (kind === 'marks' ? 'judges.shownOnce' : 'judges.shown');

/** What is told of a model in one kind of trial: that it was not tried in the words in force, is too small, or how it did. */
export function toldOf(trial: Trial | undefined, kind: Kind, isReworded: boolean) {
  if (!trial) return isReworded ? 'judges.otherWords' : 'judges.notTried';
  if (!trial.too_small) return shownBy(kind);
  return trial.too_small.reads === null ? 'judges.tooSmallUnknown' : 'judges.tooSmall';
}

const PAUSE = 1_500;
const OVER: readonly string[] = ['completed', 'failed', 'cancelled'];
export const isOver = (state: string) => OVER.includes(state);

/** Tries a model as a judge and follows the run until it is over, or the page is left. */
export function useTrial(novel: string) {
  const client = useQueryClient();
  const seen = async (run: RunRead) => {
    if (isOver(run.state)) {
      await client.invalidateQueries({ queryKey: keys.judges(novel) });
      await client.invalidateQueries({ queryKey: ['profiles'] });
    }
    return run;
  };
  const start = useMutation({
    mutationFn: async (model: NamedModel) =>
      seen(await startRun(novel, TRIALS, {}, undefined, model)),
  });
  const id = start.data?.id ?? '';
  const found = useQuery({
    queryKey: [...keys.run(id), 'trial'] as const,
    queryFn: async ({ signal }) => seen(await ask<RunRead>(`/runs/${id}`, { signal })),
    enabled: start.data !== undefined && !isOver(start.data.state),
    refetchInterval: ({ state }) =>
      !state.error && state.data && !isOver(state.data.state) ? PAUSE : false,
  });
  const run = found.data ?? start.data;
  return {
    go: start.mutate,
    run,
    busy:
      start.isPending ||
      (run !== undefined && ['queued', 'running', 'cancelling'].includes(run.state)),
    error: start.error ?? (run?.state === 'failed' ? run.error : null) ?? found.error,
  };
}
