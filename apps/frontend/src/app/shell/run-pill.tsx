import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { runsQuery } from '@/shared/api/run-queries';
import type { RunRead } from '@/shared/api/types';
import { formatMoney } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Popover } from '@/shared/ui/popover';
import { useGoal } from '@/shared/ui/goal';

/** How many runs are live and what they cost so far; opens to pause or cancel them. */
export function RunPill({ novel }: { novel: string }) {
  const { t, i18n } = useTranslation();
  const runs = useQuery(runsQuery(novel));
  const live = (runs.data ?? []).filter(
    (run) => !run.parent_id && ['queued', 'running', 'waiting', 'paused'].includes(run.state),
  );
  if (live.length === 0) return null;
  const cost = live.reduce((sum, run) => sum + run.usage.cost_usd, 0);
  const line = [
    t('pill.running', { count: live.length }),
    cost > 0 ? formatMoney(cost, i18n.language) : t('price.free'),
  ].join(' · ');
  return (
    <Popover
      label={t('pill.label')}
      trigger={
        <Button variant="quiet" size="small" className="text-agent figures font-normal">
          {line}
        </Button>
      }
    >
      <ul className="divide-line flex flex-col divide-y">
        {live.map((run) => (
          <LiveRow key={run.id} run={run} />
        ))}
      </ul>
      <Button variant="link" asChild className="mt-3">
        <Link to="/n/$novel/runs/{-$run}" params={{ novel }}>
          {t('pill.all')}
        </Link>
      </Button>
    </Popover>
  );
}

function LiveRow({ run }: { run: RunRead }) {
  const { t } = useTranslation();
  const goal = useGoal();
  const client = useQueryClient();
  const path = { params: { path: { run_id: run.id } } };
  const act = useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'cancel') => {
      if (verb === 'pause') return body(api.POST('/api/v1/runs/{run_id}/pause', path));
      if (verb === 'resume') return body(api.POST('/api/v1/runs/{run_id}/resume', path));
      return body(api.POST('/api/v1/runs/{run_id}/cancel', path));
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.runs() }),
  });
  const paused = run.state === 'paused';
  return (
    <li className="flex flex-col gap-1 py-2">
      <Link
        to="/n/$novel/runs/{-$run}"
        params={{ novel: run.novel_id, run: run.id }}
        className="text-ui hover:underline"
      >
        {goal(run)}
      </Link>
      <span className="flex gap-4">
        <Button
          variant="link"
          className="text-meta"
          disabled={act.isPending}
          onClick={() => act.mutate(paused ? 'resume' : 'pause')}
        >
          {paused ? t('pill.resume') : t('pill.pause')}
        </Button>
        <Button
          variant="link"
          className="text-meta"
          disabled={act.isPending}
          onClick={() => act.mutate('cancel')}
        >
          {t('pill.cancel')}
        </Button>
      </span>
    </li>
  );
}
