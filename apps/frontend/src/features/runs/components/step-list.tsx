import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunRead, StepRead } from '@/shared/api/types';
import { formatDuration, formatNumber } from '@/shared/i18n/format';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { depthOf, isLive } from '../model';
import { stepsQuery } from '../queries';
import { Receipt } from './receipt';

/** The steps of a run in their order; a step that started another run holds that run's steps. */
export function StepList({ run, onRetry }: { run: RunRead; onRetry?: (step: string) => void }) {
  const { t } = useTranslation(['runs', 'common']);
  const steps = useQuery(stepsQuery(run.id, isLive(run)));
  if (steps.isPending) return <Waiting text={t('common:loading.runs')} />;
  if (steps.error) {
    return <ProblemNote error={steps.error} onRetry={() => void steps.refetch()} />;
  }
  if (steps.data.length === 0) return <p className="text-ui text-ink-2">{t('noSteps')}</p>;
  return (
    <ol className="border-line divide-line divide-y border-y">
      {steps.data.map((step) => (
        <StepLine key={`${step.path}:${step.attempt}`} step={step} onRetry={onRetry} />
      ))}
    </ol>
  );
}

function StepLine({ step, onRetry }: { step: StepRead; onRetry?: (step: string) => void }) {
  const { t, i18n } = useTranslation('runs');
  const agent = useAgentName()(step.agent);
  const [open, setOpen] = useState(false);
  const key = `step.${step.name}`;
  const name = i18n.exists(key, { ns: 'runs' }) ? t(key as 'title') : step.name;
  const took =
    step.started_at && step.finished_at
      ? new Date(step.finished_at).getTime() - new Date(step.started_at).getTime()
      : null;
  const facts = [
    t(`stepState.${step.state as 'running'}`),
    step.attempt > 1 ? t('attempt', { number: step.attempt }) : null,
    took === null ? null : formatDuration(took, i18n.language),
    step.usage
      ? t('tokens', {
          in: formatNumber(step.usage.input_tokens, i18n.language),
          out: formatNumber(step.usage.output_tokens, i18n.language),
        })
      : null,
  ].filter((fact) => fact !== null);
  return (
    <li className="py-2" style={{ paddingInlineStart: `${depthOf(step) * 16}px` }}>
      <div className="flex flex-wrap items-baseline gap-x-4">
        <span className="text-ui">{name}</span>
        <span className="text-meta text-agent">{agent}</span>
        <span className="text-meta text-ink-2 figures grow">{facts.join(' · ')}</span>
        {step.call_id ? (
          <Button
            variant="link"
            className="text-meta"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {t('sent')}
          </Button>
        ) : null}
        {onRetry ? (
          <Button variant="link" className="text-meta" onClick={() => onRetry(step.path)}>
            {t('act.retryHere')}
          </Button>
        ) : null}
      </div>
      {open && step.call_id ? <Receipt call={step.call_id} /> : null}
    </li>
  );
}
