import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { useReading } from '../queries';

interface ReadingStateProps {
  readonly novel: string;
  readonly reading: ReturnType<typeof useReading>;
}

/** What became of a reading that did not simply end: why it failed, or the way to the run that waits. */
export function ReadingState({ novel, reading }: ReadingStateProps) {
  const { t } = useTranslation('review');
  const { run } = reading;
  const failed = reading.error ?? (run?.state === 'failed' ? run.error : null);
  if (failed) return <ProblemNote error={failed} onRetry={reading.again} />;
  if (run?.state !== 'paused' && run?.state !== 'waiting') return null;
  return (
    <p role="status" className="text-meta text-doubt mt-2">
      {t(`held.${run.state}`)}{' '}
      <Link
        to="/n/$novel/runs/{-$run}"
        params={{ novel, run: run.id }}
        className="underline underline-offset-4"
      >
        {t('held.open')}
      </Link>
    </p>
  );
}
