import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { Views } from '@/shared/ui/views';
import { AsOf } from './components/as-of';
import { EntryForm } from './components/entry-form';
import { EntryList } from './components/entry-list';
import { EntryPage } from './components/entry-page';
import { Inbox } from './components/inbox';
import { Knowledge } from './components/knowledge';
import { RuleForm } from './components/rule-form';
import { Rules } from './components/rules';
import { Travel } from './components/travel';
import { WayForm } from './components/way-form';
import type { Moment } from './moments';
import { inboxQuery } from './queries';
import { momentOf, searchOf, VIEWS, type WorldSearch, type WorldView } from './search';

/** The views that are looked at as of a moment. */
const TIMED: readonly WorldView[] = ['list', 'knowledge', 'travel'];
/** What can be added where. */
const ADD = { list: 'entry.add', rules: 'rules:add', travel: 'rules:ways.add' } as const;

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
  const { t } = useTranslation(['world', 'rules']);
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const view = search.view ?? 'list';
  const waiting = useQuery(inboxQuery(novel)).data?.length ?? 0;
  return (
    <>
      <PageHead title={t('title')}>
        <Views
          label={t('views.label')}
          value={view}
          options={VIEWS.map((one) => ({
            value: one,
            label: (
              <>
                {t(`views.${one}`)}
                {one === 'inbox' && waiting > 0 ? (
                  <span className="text-agent figures text-small">{waiting}</span>
                ) : null}
              </>
            ),
          }))}
          onChange={(one) => onSearch({ view: one === 'list' ? undefined : one })}
        />
        {view in ADD ? (
          <Button variant="primary" onClick={() => setAdding(true)}>
            {t(ADD[view as keyof typeof ADD])}
          </Button>
        ) : null}
      </PageHead>
      {TIMED.includes(view) ? <AsOf novel={novel} moment={moment} onChange={onMoment} /> : null}
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
      {view === 'rules' ? <Rules novel={novel} language={language} /> : null}
      {view === 'travel' ? <Travel novel={novel} language={language} moment={moment} /> : null}
      {adding && view === 'rules' ? (
        <RuleForm novel={novel} language={language} onClose={() => setAdding(false)} />
      ) : null}
      {adding && view === 'travel' ? (
        <WayForm novel={novel} language={language} onClose={() => setAdding(false)} />
      ) : null}
      {adding && view === 'list' ? (
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
