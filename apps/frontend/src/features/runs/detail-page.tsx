import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuery } from '@/shared/api/run-queries';
import type { RunRead } from '@/shared/api/types';
import { formatDate, formatDuration, formatNumber } from '@/shared/i18n/format';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { useGoal } from '@/shared/ui/goal';
import { PageHead, Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { Gate } from './components/gate';
import { OtherModel } from './components/other-model';
import { Outcome } from './components/outcome';
import { RetryDialog, type StepPlace } from './components/retry-dialog';
import { useCost, useStatus } from './components/run-line';
import { RevertDialog } from './components/revert-dialog';
import { SteerForm } from './components/steer-form';
import { StepList } from './components/step-list';
import { useNow } from './hooks/use-now';
import { elapsed, isLive, mayRetryFrom } from './model';
import { useRunAct } from './mutations';

export function RunDetailPage({ novel, run }: { novel: string; run: string }) {
  const { t } = useTranslation(['runs', 'common']);
  const goal = useGoal();
  const found = useQuery(runQuery(run));
  return (
    <>
      <Link
        to="/n/$novel/runs/{-$run}"
        params={{ novel, run: undefined }}
        className="text-meta text-ink-2 decoration-line-2 mb-4 inline-block underline underline-offset-4"
      >
        {t('back')}
      </Link>
      <PageHead title={found.data ? goal(found.data) : t('title')} />
      {found.isPending ? <Waiting text={t('common:loading.runs')} /> : null}
      {found.error ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : null}
      {found.data ? <Detail run={found.data} /> : null}
    </>
  );
}

function Detail({ run }: { run: RunRead }) {
  const { t, i18n } = useTranslation(['runs', 'common']);
  const agent = useAgentName()(run.agent);
  const status = useStatus()(run);
  const cost = useCost()(run);
  const words = useWords();
  const act = useRunAct(run.id);
  const [dialog, setDialog] = useState<'steer' | 'model' | 'revert' | StepPlace | null>(null);
  const close = () => setDialog(null);
  const live = isLive(run);
  const took = elapsed(run, useNow(live));
  const stopped = run.state === 'failed' || run.state === 'cancelled';
  const number = (value: number) => formatNumber(value, i18n.language);
  const facts = [
    agent,
    status,
    took === null ? null : formatDuration(took, i18n.language),
    run.words > 0 ? words(run.words) : null,
    cost,
    t('tokens', { in: number(run.usage.input_tokens), out: number(run.usage.output_tokens) }),
    run.demo ? t('common:demo.tag') : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      <p className="text-ui text-ink-2 figures">{facts.join(' · ')}</p>
      <p className="text-meta text-ink-3 mt-1">
        {t('started', { when: formatDate(run.started_at ?? run.created_at, i18n.language) })}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        {live && run.state !== 'cancelling' ? (
          <>
            <Button
              disabled={act.isPending}
              onClick={() => act.mutate({ verb: run.state === 'paused' ? 'resume' : 'pause' })}
            >
              {run.state === 'paused' ? t('act.resume') : t('act.pause')}
            </Button>
            <Button disabled={act.isPending} onClick={() => act.mutate({ verb: 'cancel' })}>
              {t('act.cancel')}
            </Button>
            <Button onClick={() => setDialog('steer')}>{t('act.steer')}</Button>
          </>
        ) : null}
        {stopped ? (
          <>
            <Button
              variant="primary"
              disabled={act.isPending}
              onClick={() => act.mutate({ verb: 'retry' })}
            >
              {t('act.retry')}
            </Button>
            <Button onClick={() => setDialog('model')}>{t('act.otherModel')}</Button>
          </>
        ) : null}
        {live ? null : <Button onClick={() => setDialog('revert')}>{t('revert.open')}</Button>}
      </div>
      <div className="mt-6 flex flex-col gap-4">
        {act.error ? <ProblemNote error={act.error} /> : null}
        {run.error ? <ProblemNote error={run.error} /> : null}
        <Gate run={run} />
      </div>
      <div className="mt-10">
        <Section title={t('steps')}>
          <StepList run={run} onRetry={mayRetryFrom(run) ? setDialog : undefined} />
        </Section>
      </div>
      <Outcome run={run} />
      {dialog !== null && typeof dialog === 'object' ? (
        <RetryDialog root={run.id} place={dialog} onClose={close} />
      ) : null}
      {dialog === 'steer' ? <SteerForm run={run.id} onClose={close} /> : null}
      {dialog === 'revert' ? <RevertDialog run={run} onClose={close} /> : null}
      {dialog === 'model' ? <OtherModel run={run.id} onClose={close} /> : null}
    </>
  );
}
