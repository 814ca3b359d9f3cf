import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDate } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { GoBack } from './components/go-back';
import { areasOf, type Revision } from './model';
import { revisionsQuery } from './queries';
import { useRevisionWords } from './revision-words';

/** The revisions of a book, newest first, and the way back to each. */
export function HistoryPage({ novel }: { novel: string }) {
  const { t } = useTranslation('history');
  const pages = useInfiniteQuery(revisionsQuery(novel));
  const [chosen, setChosen] = useState<number | null>(null);
  const all = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead title={t('title')} />
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('text')}</p>
      {pages.isPending ? <Waiting text={t('loading')} lines={6} /> : null}
      {pages.error ? (
        <ProblemNote error={pages.error} onRetry={() => void pages.refetch()} />
      ) : null}
      {pages.data && all.length === 0 ? <Empty text={t('empty')} /> : null}
      {all.length > 0 ? (
        <ol className="border-line divide-line divide-y border-y">
          {all.map((revision, index) => (
            <RevisionLine
              key={revision.revision}
              novel={novel}
              revision={revision}
              onBack={index === 0 ? undefined : () => setChosen(revision.revision)}
            />
          ))}
        </ol>
      ) : null}
      {pages.hasNextPage ? (
        <Button
          className="mt-6"
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('more')}
        </Button>
      ) : null}
      {chosen === null ? null : (
        <GoBack novel={novel} revision={chosen} onClose={() => setChosen(null)} />
      )}
    </>
  );
}

interface RevisionLineProps {
  readonly novel: string;
  readonly revision: Revision;
  readonly onBack?: (() => void) | undefined;
}

function RevisionLine({ novel, revision, onBack }: RevisionLineProps) {
  const { t, i18n } = useTranslation('history');
  const says = useRevisionWords();
  const areas = areasOf(revision).map((area) => t(`tables.${area}`));
  return (
    <li className="grid grid-cols-[3rem_1fr_auto] items-baseline gap-x-4 py-2.5">
      <span className="text-meta text-ink-3 figures text-end">{revision.revision}</span>
      <div className="min-w-0">
        <p className="text-ui">
          {revision.run_id ? (
            <Link
              to="/n/$novel/runs/{-$run}"
              params={{ novel, run: revision.run_id }}
              className="decoration-line-2 underline underline-offset-4"
            >
              {says(revision)}
            </Link>
          ) : (
            says(revision)
          )}
          {onBack ? null : <span className="text-meta text-ink-3 ms-3">{t('now')}</span>}
        </p>
        <p className="text-meta text-ink-3 figures">
          {[formatDate(revision.at, i18n.language), t(`actor.${revision.actor}`), ...areas].join(
            ' · ',
          )}
        </p>
      </div>
      {onBack ? (
        <Button
          variant="link"
          className="text-meta"
          aria-label={`${t('back.open')} ${t('revision', { number: revision.revision })}`}
          onClick={onBack}
        >
          {t('back.open')}
        </Button>
      ) : null}
    </li>
  );
}
