import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { AsOf } from './components/as-of';
import { EntryForm } from './components/entry-form';
import { EntryList } from './components/entry-list';
import { EntryPage } from './components/entry-page';
import { Inbox } from './components/inbox';
import { Knowledge } from './components/knowledge';
import type { Moment } from './moments';
import { inboxQuery } from './queries';
import { momentOf, searchOf, VIEWS, type WorldSearch } from './search';

interface WorldPageProps {
  readonly novel: string;
  readonly language: string;
  readonly entry?: string | undefined;
  readonly search: WorldSearch;
}

/** The world of a book: its entries, what waits for a decision, and who knows what. */
export function WorldPage({ novel, language, entry, search }: WorldPageProps) {
  const navigate = useNavigate();
  const moment = momentOf(search);
  const onSearch = (change: Partial<WorldSearch>) =>
    void navigate({
      to: '/n/$novel/world/{-$entry}',
      params: { novel, entry },
      search: { ...search, ...change },
      replace: true,
    });
  const onMoment = (next: Moment) => onSearch(searchOf(next));
  if (entry) {
    return (
      <EntryPage
        key={entry}
        novel={novel}
        language={language}
        id={entry}
        moment={moment}
        when={<AsOf novel={novel} moment={moment} onChange={onMoment} />}
      />
    );
  }
  return <Overview {...{ novel, language, search, moment, onSearch, onMoment }} />;
}

interface OverviewProps extends Omit<WorldPageProps, 'entry'> {
  readonly moment: Moment;
  readonly onSearch: (change: Partial<WorldSearch>) => void;
  readonly onMoment: (moment: Moment) => void;
}

function Overview({ novel, language, search, moment, onSearch, onMoment }: OverviewProps) {
  const { t } = useTranslation('world');
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const view = search.view ?? 'list';
  const waiting = useQuery(inboxQuery(novel)).data?.length ?? 0;
  return (
    <>
      <PageHead title={t('title')}>
        <div
          role="group"
          aria-label={t('views.label')}
          className="flex gap-x-1 max-sm:-ms-2 max-sm:grow"
        >
          {VIEWS.map((one) => (
            <Button
              key={one}
              variant="quiet"
              size="small"
              aria-pressed={one === view}
              className={one === view ? 'text-ink underline underline-offset-4' : 'font-normal'}
              onClick={() => onSearch({ view: one === 'list' ? undefined : one })}
            >
              {t(`views.${one}`)}
              {one === 'inbox' && waiting > 0 ? (
                <span className="text-agent figures text-small">{waiting}</span>
              ) : null}
            </Button>
          ))}
        </div>
        <Button variant={view === 'list' ? 'primary' : 'outline'} onClick={() => setAdding(true)}>
          {t('entry.add')}
        </Button>
      </PageHead>
      {view === 'inbox' ? null : <AsOf novel={novel} moment={moment} onChange={onMoment} />}
      {view === 'list' ? (
        <EntryList
          novel={novel}
          language={language}
          search={search}
          moment={moment}
          onSearch={onSearch}
          onAdd={() => setAdding(true)}
        />
      ) : null}
      {view === 'inbox' ? <Inbox novel={novel} language={language} /> : null}
      {view === 'knowledge' ? (
        <Knowledge novel={novel} language={language} moment={moment} />
      ) : null}
      {adding ? (
        <EntryForm
          novel={novel}
          language={language}
          kind={search.type}
          onClose={() => setAdding(false)}
          onMade={(entry) =>
            void navigate({ to: '/n/$novel/world/{-$entry}', params: { novel, entry } })
          }
        />
      ) : null}
    </>
  );
}
