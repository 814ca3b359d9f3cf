import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { demoModel, retryRun } from '../api';
import type { FailedRun } from '../chapter-store';
import type { Session } from '../session';

/** The choice of another model to try a run again with, drawn by the screen that knows models. */
export type OtherModelOf = (run: string, onClose: () => void) => ReactNode;

interface FailedRunsProps {
  readonly session: Session;
  readonly failed: readonly FailedRun[];
  readonly otherModel?: OtherModelOf | undefined;
}

/** What went wrong, and the ways on: the same again, another model, the demo model, or by hand. */
export function FailedRuns({ session, failed, otherModel }: FailedRunsProps) {
  const { t } = useTranslation('write');
  const [choosing, setChoosing] = useState<string | null>(null);
  const client = useQueryClient();
  const forget = (run: string) =>
    session.store.setState({
      failed: session.store.getState().failed.filter((one) => one.run.id !== run),
    });
  const retry = useMutation({
    mutationFn: async ({ run, demo }: { run: string; demo: boolean }) =>
      retryRun(run, demo ? await demoModel() : null),
    onSuccess: (run) => {
      forget(run.id);
      return client.invalidateQueries({ queryKey: keys.runs() });
    },
  });
  return failed.map(({ run, problem }) => (
    <div key={run.id} role="group" aria-label={t('failed.label')} className="flex flex-col gap-3">
      <ProblemNote error={problem} text={t('failed.text')} />
      <div className="flex flex-wrap gap-3">
        <Button
          variant="primary"
          disabled={retry.isPending}
          onClick={() => retry.mutate({ run: run.id, demo: false })}
        >
          {t('failed.retry')}
        </Button>
        {otherModel ? (
          <Button disabled={retry.isPending} onClick={() => setChoosing(run.id)}>
            {t('failed.otherModel')}
          </Button>
        ) : null}
        {run.demo ? null : (
          <Button
            disabled={retry.isPending}
            onClick={() => retry.mutate({ run: run.id, demo: true })}
          >
            {t('failed.demo')}
          </Button>
        )}
        <Button
          onClick={() => {
            forget(run.id);
            session.page.view.focus();
          }}
        >
          {t('failed.byHand')}
        </Button>
      </div>
      {otherModel && choosing === run.id
        ? otherModel(run.id, () => {
            setChoosing(null);
            void client.invalidateQueries({ queryKey: keys.runs() });
          })
        : null}
      {retry.error ? <ProblemNote error={retry.error} /> : null}
    </div>
  ));
}
