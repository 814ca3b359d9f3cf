import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunRead } from '@/shared/api/types';
import { formatAgo, formatDuration, formatMoney } from '@/shared/i18n/format';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { useGoal } from '@/shared/ui/goal';
import { asksAuthor, elapsed, endedEmpty, isLive } from '../model';
import { useRunAct } from '../mutations';
import { useNow } from '../hooks/use-now';

/** The word for where a run stands. */
export function useStatus(): (run: RunRead) => string {
  const { t } = useTranslation('runs');
  return (run) => {
    if (endedEmpty(run)) return t('state.empty');
    if (run.state === 'queued' && run.place_in_queue) {
      return t('state.queuedAt', { place: run.place_in_queue });
    }
    if (run.state === 'paused' && run.error?.code === 'budget-reached') return t('state.capped');
    // A run that waits for its own children is at work, as far as its author is concerned.
    if (run.state === 'waiting' && !asksAuthor(run)) return t('state.running');
    return t(`state.${run.state}`);
  };
}

/** Cost so far against the estimate; "free" for demo and local models. */
export function useCost(): (run: RunRead) => string {
  const { t, i18n } = useTranslation(['runs', 'common']);
  return (run) => {
    const high = run.estimate?.high;
    if (run.usage.cost_usd === 0 && !high) return t('common:price.free');
    const cost = formatMoney(run.usage.cost_usd, i18n.language);
    return typeof high === 'number' && high > 0 && isLive(run)
      ? t('of', { cost, estimate: formatMoney(high, i18n.language) })
      : cost;
  };
}

/** One run as one sentence: what, who, how far, how long, what it cost; live ones can be stopped. */
export function RunLine({ run, children }: { run: RunRead; children?: ReactNode }) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const goal = useGoal();
  const agent = useAgentName()(run.agent);
  const status = useStatus();
  const cost = useCost();
  const words = useWords();
  const now = useNow(isLive(run));
  const act = useRunAct(run.id);
  const took = elapsed(run, now);
  const facts = [
    status(run),
    took === null ? null : formatDuration(took, i18n.language),
    run.words > 0 ? words(run.words) : null,
    cost(run),
    formatAgo(run.created_at, i18n.language),
    run.demo ? t('common:demo.tag') : null,
  ].filter((fact) => fact !== null);
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 py-3">
      <div className="min-w-0 grow">
        <Link
          to="/n/$novel/runs/{-$run}"
          params={{ novel: run.novel_id, run: run.id }}
          className="text-ui decoration-line-2 font-medium underline-offset-4 hover:underline"
        >
          {goal(run)}
        </Link>
        <span className="text-agent text-meta ms-3">{agent}</span>
        <p className="text-meta text-ink-2 figures">{facts.join(' · ')}</p>
      </div>
      {isLive(run) && run.state !== 'cancelling' ? (
        <div className="flex gap-4">
          <Button
            variant="link"
            disabled={act.isPending}
            onClick={() => act.mutate({ verb: run.state === 'paused' ? 'resume' : 'pause' })}
          >
            {run.state === 'paused' ? t('act.resume') : t('act.pause')}
          </Button>
          <Button
            variant="link"
            disabled={act.isPending}
            onClick={() => act.mutate({ verb: 'cancel' })}
          >
            {t('act.cancel')}
          </Button>
        </div>
      ) : null}
      {children}
    </li>
  );
}
