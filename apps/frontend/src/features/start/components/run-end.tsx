import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { countWords } from '@/shared/text/count';
import { formatDuration, formatMoney } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { useAgentName } from '@/shared/ui/agent-name';
import { useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Tooltip } from '@/shared/ui/tooltip';
import type { LiveRun } from '../live-run-state';
import { useRunVerbs } from '../mutations';

interface RunEndProps {
  run: string;
  novel: string;
  state: LiveRun;
}

/** What was made, in how long and for how much, and the three things an author may want next. */
export function RunEnd({ run, novel, state }: RunEndProps) {
  const { t, i18n } = useTranslation(['start', 'common']);
  const words = useWords();
  const writer = useAgentName()('writer');
  const { retry } = useRunVerbs(run);
  const params = { novel };
  if (state.phase === 'failed' || state.phase === 'cancelled') {
    return (
      <div className="mt-8 flex flex-col items-start gap-4 font-sans">
        {state.problem ? (
          <ProblemNote error={state.problem} text={t('live.status.failed')} />
        ) : (
          <p className="text-ui text-ink-2">{t('live.status.cancelled')}</p>
        )}
        {retry.error ? <ProblemNote error={retry.error} /> : null}
        <div className="flex flex-wrap gap-3">
          <Button variant="primary" disabled={retry.isPending} onClick={() => retry.mutate(false)}>
            {t('live.failed.retry')}
          </Button>
          {state.demo ? null : (
            <Button disabled={retry.isPending} onClick={() => retry.mutate(true)}>
              {t('live.failed.demo')}
            </Button>
          )}
          <Button asChild>
            <Link to="/n/$novel/write/{-$node}" params={params}>
              {t('live.failed.blank')}
            </Link>
          </Button>
        </div>
      </div>
    );
  }
  if (state.phase !== 'completed') return null;
  const elapsed =
    state.startedAt && state.endedAt
      ? new Date(state.endedAt).getTime() - new Date(state.startedAt).getTime()
      : 0;
  const line = t('live.done', {
    number: 1,
    agent: writer,
    words: words(state.words || countWords(state.text)),
    time: formatDuration(elapsed, i18n.language),
    price: state.cost > 0 ? formatMoney(state.cost, i18n.language) : t('common:price.free'),
  });
  return (
    <div lang={i18n.language} className="mt-10 flex flex-col gap-6 font-sans">
      <p className="border-agent text-meta text-ink-2 figures border-s-2 ps-3">
        {line}
        {state.demo ? (
          <Tooltip text={t('common:demo.hint')}>
            <button type="button" className="text-agent ms-2">
              {t('common:demo.tag')}
            </button>
          </Tooltip>
        ) : null}
      </p>
      <nav aria-label={t('live.next')} className="flex flex-wrap gap-3">
        <Button variant="primary" asChild>
          <Link to="/n/$novel/read/{-$chapter}" params={params}>
            {t('live.read')}
          </Link>
        </Button>
        <Button asChild>
          <Link to="/n/$novel/write/{-$node}" params={params}>
            {t('live.changeIt')}
          </Link>
        </Button>
        <Button asChild>
          <Link to="/n/$novel/plan" params={params}>
            {t('live.planNext')}
          </Link>
        </Button>
      </nav>
      {state.demo ? (
        <p className="text-meta text-ink-3">
          {t('live.stronger')}{' '}
          <Link
            to="/settings/$section"
            params={{ section: 'models' }}
            className="decoration-line-2 underline underline-offset-4"
          >
            {t('live.strongerLink')}
          </Link>
        </p>
      ) : null}
    </div>
  );
}
