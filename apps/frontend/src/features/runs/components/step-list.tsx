import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunRead, StepRead } from '@/shared/api/types';
import { formatDuration, formatNumber } from '@/shared/i18n/format';
import { useAgentName } from '@/shared/ui/agent-name';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { isLive } from '../model';
import { stepsQuery } from '../queries';
import { Receipt } from './receipt';
import type { StepPlace } from './retry-dialog';
import { useStepName } from './step-name';
import { StepOutputs } from './step-outputs';

type Retry = (place: StepPlace) => void;

/** The steps of a run in their order; a step that handed work to another agent holds that run's steps. */
export function StepList({ run, onRetry }: { run: RunRead; onRetry?: Retry | undefined }) {
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
        <StepLine
          key={`${step.path}:${step.attempt}`}
          novel={run.novel_id}
          run={run.id}
          step={step}
          live={isLive(run)}
          onRetry={onRetry}
        />
      ))}
    </ol>
  );
}

interface StepLineProps {
  novel: string;
  run: string;
  step: StepRead;
  live: boolean;
  onRetry?: Retry | undefined;
}

/** A step; one that handed over a single piece of work is shown as that work, not as two lines of one name. */
function StepLine({ step: given, ...rest }: StepLineProps) {
  const child = given.child_run_id ?? null;
  const inner = useQuery({ ...stepsQuery(child ?? '', rest.live), enabled: child !== null });
  const only = inner.data?.length === 1 ? inner.data[0] : undefined;
  // What is tried again is the step of this run, whatever it is called.
  const step = only && !only.child_run_id ? { ...only, path: given.path } : given;
  return <Line step={step} {...rest} />;
}

function Line({ novel, run, step, live, onRetry }: StepLineProps) {
  const { t, i18n } = useTranslation('runs');
  const agent = useAgentName()(step.agent);
  const name = useStepName()(step);
  const [open, setOpen] = useState(false);
  const took =
    step.started_at && step.finished_at
      ? new Date(step.finished_at).getTime() - new Date(step.started_at).getTime()
      : null;
  const number = (value: number) => formatNumber(value, i18n.language);
  const rungs = step.rungs ?? {};
  const calls = Object.values(rungs).reduce((sum, count) => sum + count, 0);
  const dropped = step.dropped ?? [];
  const facts = [
    // A step that an ended run never finished is not at work any more.
    step.state === 'running' && !live ? t('stepState.stopped') : t(`stepState.${step.state}`),
    step.attempt > 1 ? t('attempt', { number: step.attempt }) : null,
    took === null ? null : formatDuration(took, i18n.language),
    step.usage
      ? t('tokens', { in: number(step.usage.input_tokens), out: number(step.usage.output_tokens) })
      : null,
    calls > 1 ? t('answer.asked', { count: calls }) : null,
    rungs['code'] ? t('answer.code') : null,
    rungs['author'] ? t('answer.author') : null,
    dropped.length > 0 ? t('answer.dropped', { count: dropped.length }) : null,
  ].filter((fact) => fact !== null);
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <span className="text-ui">{name}</span>
        <span className="text-meta text-agent">{agent}</span>
        <span className="text-meta text-ink-2 figures grow">{facts.join(' · ')}</span>
        {step.call_id ? (
          <Button
            variant="link"
            className="text-meta"
            aria-expanded={open}
            aria-label={`${t('sent')}: ${name}`}
            onClick={() => setOpen(!open)}
          >
            {t('sent')}
          </Button>
        ) : null}
        {onRetry && step.state !== 'replaced' ? (
          <Button
            variant="link"
            className="text-meta"
            aria-label={`${t('act.retryHere')}: ${name}`}
            onClick={() => onRetry({ run, step: step.path, name })}
          >
            {t('act.retryHere')}
          </Button>
        ) : null}
      </div>
      {open && step.call_id ? <Receipt novel={novel} call={step.call_id} /> : null}
      <StepOutputs step={step} />
      {step.child_run_id ? (
        <ChildSteps
          novel={novel}
          run={step.child_run_id}
          live={live}
          // What was replaced as a whole has no steps that could be tried again.
          onRetry={step.state === 'replaced' ? undefined : onRetry}
        />
      ) : null}
    </li>
  );
}

/** The steps of a run that another one started; each can be tried again by itself. */
function ChildSteps({ novel, run, live, onRetry }: Omit<StepLineProps, 'step'>) {
  const steps = useQuery(stepsQuery(run, live));
  if (!steps.data?.length) return null;
  return (
    <ol className="border-line ms-1 mt-1 border-s ps-4">
      {steps.data.map((step) => (
        <StepLine key={`${step.path}:${step.attempt}`} {...{ novel, run, step, live, onRetry }} />
      ))}
    </ol>
  );
}
