import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runsQuery } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { NextChapters } from './components/next-chapters';
import { RunLine } from './components/run-line';
import { foldAlike, groupRuns } from './model';

const GROUPS = ['needsYou', 'live', 'ended'] as const;

export function RunListPage({ novel }: { novel: string }) {
  const { t } = useTranslation(['runs', 'common']);
  const runs = useQuery(runsQuery(novel));
  const [starting, setStarting] = useState(false);
  const groups = groupRuns(runs.data ?? []);
  return (
    <>
      <PageHead title={t('title')}>
        <Button variant="primary" onClick={() => setStarting(true)}>
          {t('next.open')}
        </Button>
      </PageHead>
      {runs.isPending ? <Waiting text={t('common:loading.runs')} lines={4} /> : null}
      {runs.error ? <ProblemNote error={runs.error} onRetry={() => void runs.refetch()} /> : null}
      {runs.data?.length === 0 ? <Empty text={t('empty')} /> : null}
      {GROUPS.map((group) =>
        groups[group].length > 0 ? (
          <section key={group} className="mb-10">
            <h2 className="text-section font-semibold">{t(`groups.${group}`)}</h2>
            <ul className="border-line divide-line mt-2 divide-y border-y">
              {foldAlike(groups[group]).map(({ run, alike }) => (
                <RunLine key={run.id} run={run}>
                  {alike.length > 0 ? (
                    <details className="basis-full">
                      <summary className="text-meta text-ink-2 cursor-pointer">
                        {t('alike', { count: alike.length })}
                      </summary>
                      <ul className="ms-6">
                        {alike.map((one) => (
                          <RunLine key={one.id} run={one} />
                        ))}
                      </ul>
                    </details>
                  ) : null}
                </RunLine>
              ))}
            </ul>
          </section>
        ) : null,
      )}
      {starting ? <NextChapters novel={novel} onClose={() => setStarting(false)} /> : null}
    </>
  );
}
