import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { promisesQuery } from '../promise-queries';
import { groupPromises, stopsOf } from '../promises';
import { entriesQuery, treeQuery } from '../queries';
import { PromiseLine } from './promise-line';

interface PromisesProps {
  readonly novel: string;
  readonly language: string;
}

/** What the reader is led to expect: set up where, due when, kept or still open. */
export function Promises({ novel, language }: PromisesProps) {
  const { t } = useTranslation(['promises', 'common']);
  const promises = useQuery(promisesQuery(novel));
  const stops = stopsOf(useQuery(treeQuery(novel)).data);
  const entries = useQuery(entriesQuery(novel)).data ?? [];
  if (promises.isPending) return <Waiting text={t('common:loading.book')} lines={5} />;
  if (promises.error) {
    return <ProblemNote error={promises.error} onRetry={() => void promises.refetch()} />;
  }
  const { items, health } = promises.data;
  if (items.length === 0) return <Empty text={t('empty')} />;
  return (
    <>
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('text')}</p>
      {groupPromises(items).map(([group, list]) => (
        <section key={group} className="mb-10">
          <h2 className="text-section mb-1 font-semibold">{t(`groups.${group}`)}</h2>
          <ul className="border-line divide-line divide-y border-y">
            {list.map((promise) => (
              <PromiseLine
                key={promise.id}
                novel={novel}
                language={language}
                promise={promise}
                stops={stops}
                entries={entries}
                orphan={health.orphans.includes(promise.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
