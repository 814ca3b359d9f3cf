import type { RunRead } from '@/shared/api/types';

const LIVE: readonly string[] = ['queued', 'running', 'waiting', 'paused', 'cancelling'];

export function isLive(run: Pick<RunRead, 'state'>): boolean {
  return LIVE.includes(run.state);
}

/** A run waits either for its author or for runs of its own, which is nobody's business but its own. */
export function asksAuthor(run: Pick<RunRead, 'state' | 'gate'>): boolean {
  return run.state === 'waiting' && run.gate?.name !== 'children';
}

const AT_REST: readonly string[] = ['failed', 'cancelled', 'completed', 'paused'];

/** Whether a step of a run can be tried again: nothing of it is at work. */
export function mayRetryFrom(run: Pick<RunRead, 'state' | 'gate'>): boolean {
  return AT_REST.includes(run.state) || asksAuthor(run);
}

export type Group = 'needsYou' | 'live' | 'ended';

/** Root runs in three groups: those that wait for the author first, then live ones, then the rest. */
export function groupRuns(runs: readonly RunRead[]): Record<Group, RunRead[]> {
  const groups: Record<Group, RunRead[]> = { needsYou: [], live: [], ended: [] };
  for (const run of runs) {
    if (run.parent_id) continue;
    if (asksAuthor(run)) groups.needsYou.push(run);
    else groups[isLive(run) ? 'live' : 'ended'].push(run);
  }
  return groups;
}

export interface Fold {
  run: RunRead;
  alike: RunRead[];
}

/** Runs in their order; those without a word of prose that follow one of the same task are folded under it. */
export function foldAlike(runs: readonly RunRead[]): Fold[] {
  const folds: Fold[] = [];
  for (const run of runs) {
    const last = folds.at(-1);
    if (last?.run.task === run.task && [run, last.run].every(isQuiet)) last.alike.push(run);
    else folds.push({ run, alike: [] });
  }
  return folds;
}

const isQuiet = (run: RunRead): boolean => run.state === 'completed' && run.words === 0;

/** How long a run has taken, or has been at it, in milliseconds; null before its start. */
export function elapsed(run: RunRead, now: number): number | null {
  if (!run.started_at) return null;
  const end = run.finished_at ? new Date(run.finished_at).getTime() : now;
  return Math.max(0, end - new Date(run.started_at).getTime());
}

/** A run that ended without an error and without a word says so. */
export function endedEmpty(run: RunRead): boolean {
  return run.state === 'failed' && run.error?.code === 'no-output';
}
