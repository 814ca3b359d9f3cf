import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { kindOf } from '../model';
import type { Moment } from '../moments';
import { entryQuery, useWorldAct } from '../queries';
import type { EntryDetail, FactView } from '../types';
import { Aliases } from './aliases';
import { EntryForm } from './entry-form';
import { EntryRest } from './entry-rest';
import { FactForm } from './fact-form';
import { FactRow } from './fact-row';
import { MergeDialog } from './merge-dialog';
import { RippleDialog, type RippleWhy } from './ripple-dialog';

interface EntryPageProps {
  readonly novel: string;
  readonly language: string;
  readonly id: string;
  readonly moment: Moment;
  /** The control that says as of when; it stands below the head of the page. */
  readonly when: ReactNode;
}

type Asked =
  | { what: 'edit' }
  | { what: 'merge'; into?: string }
  | { what: 'fact'; from?: FactView }
  | { what: 'ripple'; fact: FactView; why: RippleWhy }
  | null;

/** One entry, as a page of an encyclopaedia. */
export function EntryPage({ novel, language, id, moment, when }: EntryPageProps) {
  const { t } = useTranslation('world');
  const found = useQuery({
    ...entryQuery(novel, id, moment),
    placeholderData: (before) => (before?.entry.id === id ? before : undefined),
  });
  // The control stays where it is while another moment is fetched, so that the keyboard can go on.
  if (found.isPending) {
    return (
      <>
        {when}
        <Waiting text={t('loading')} lines={6} />
      </>
    );
  }
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  return (
    <Detail novel={novel} language={language} detail={found.data} moment={moment} when={when} />
  );
}

type DetailProps = Omit<EntryPageProps, 'id'> & { readonly detail: EntryDetail };

function Detail({ novel, language, detail, moment, when }: DetailProps) {
  const { t } = useTranslation('world');
  const [asked, setAsked] = useState<Asked>(null);
  const navigate = useNavigate();
  const act = useWorldAct(novel);
  const close = () => setAsked(null);
  const { entry } = detail;
  const retire = () =>
    act.mutate(
      { do: 'retire-entry', id: entry.id },
      {
        onSuccess: () => {
          toast(t('entry.retired', { name: entry.name }));
          void navigate({ to: '/n/$novel/world/{-$entry}', params: { novel, entry: undefined } });
        },
      },
    );
  const on = {
    progress: (fact: FactView) => setAsked({ what: 'fact', from: fact }),
    ripple: (fact: FactView, why: RippleWhy) => setAsked({ what: 'ripple', fact, why }),
    set: (fact: FactView, change: { pinned?: boolean; locked?: boolean }) =>
      act.mutate({ do: 'edit-fact', id: fact.id, fact: change }),
  };
  return (
    <article>
      <header className="mb-6">
        <p className="text-meta text-ink-3 mb-1">
          <Link
            to="/n/$novel/world/{-$entry}"
            params={{ novel, entry: undefined }}
            search={(before) => ({ asOf: before.asOf, clock: before.clock })}
            className="text-ink-2 decoration-line-2 underline underline-offset-4"
          >
            {t('entry.all')}
          </Link>
          {` · ${t(`kinds.one.${kindOf(entry.kind)}`)}`}
        </p>
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <h1 tabIndex={-1} lang={language} className="text-chapter grow font-serif font-medium">
            {entry.name}
          </h1>
          <Button variant="primary" onClick={() => setAsked({ what: 'fact' })}>
            {t('fact.add')}
          </Button>
          <Menu trigger={<Button>{t('entry.change')}</Button>}>
            <MenuItem onSelect={() => setAsked({ what: 'edit' })}>{t('entry.edit')}</MenuItem>
            <MenuItem onSelect={() => setAsked({ what: 'merge' })}>{t('merge.open')}</MenuItem>
            <MenuLine />
            <MenuItem danger onSelect={retire}>
              {t('entry.retire')}
            </MenuItem>
          </Menu>
        </div>
        <Aliases
          novel={novel}
          language={language}
          entry={entry}
          onMerge={(into) => setAsked({ what: 'merge', into })}
        />
        {entry.summary ? (
          <p lang={language} className="prose-type mt-4 max-w-prose">
            {entry.summary}
          </p>
        ) : null}
      </header>
      {when}
      {act.error ? <ProblemNote error={act.error} text={t('unchanged')} /> : null}
      <div>
        <Facts
          title={t('fact.title')}
          list={detail.facts}
          about={entry.id}
          {...{ novel, language, on }}
        />
        <Facts
          title={t('fact.relations')}
          list={detail.relations}
          about={entry.id}
          {...{ novel, language, on }}
        />
        {detail.facts.length + detail.relations.length === 0 ? (
          <p className="text-ui text-ink-2 mb-8">
            {t(moment.scene ? 'fact.noneThen' : 'fact.none')}
          </p>
        ) : null}
        <EntryRest novel={novel} language={language} detail={detail} />
      </div>
      {asked?.what === 'edit' ? (
        <EntryForm novel={novel} language={language} entry={entry} onClose={close} />
      ) : null}
      {asked?.what === 'merge' ? (
        <MergeDialog
          novel={novel}
          entry={entry}
          moment={moment}
          into={asked.into}
          onClose={close}
        />
      ) : null}
      {asked?.what === 'fact' ? (
        <FactForm
          novel={novel}
          language={language}
          entry={entry}
          moment={moment}
          known={[...detail.facts, ...detail.superseded]}
          from={asked.from}
          onClose={close}
          onChanged={(fact) => setAsked({ what: 'ripple', fact, why: 'changed' })}
        />
      ) : null}
      {asked?.what === 'ripple' ? (
        <RippleDialog
          novel={novel}
          language={language}
          fact={asked.fact}
          why={asked.why}
          onClose={close}
        />
      ) : null}
    </article>
  );
}

interface FactsProps {
  readonly title: string;
  readonly list: readonly FactView[];
  readonly novel: string;
  readonly language: string;
  readonly about: string;
  readonly on: Parameters<typeof FactRow>[0]['on'];
}

function Facts({ title, list, novel, language, about, on }: FactsProps) {
  if (list.length === 0) return null;
  return (
    <Section title={title}>
      <dl className="divide-line divide-y">
        {list.map((fact, index) => (
          <FactRow
            key={fact.id}
            again={index > 0 && list[index - 1]?.label === fact.label}
            {...{ novel, language, fact, about, on }}
          />
        ))}
      </dl>
    </Section>
  );
}
