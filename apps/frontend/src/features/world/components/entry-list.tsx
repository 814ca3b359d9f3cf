import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { filterEntries, groupEntries } from '../model';
import { ticksOf, type Moment, type Tick } from '../moments';
import { entriesQuery, treeQuery } from '../queries';
import { KINDS, type Entry, type EntryKind } from '../types';
import type { WorldSearch } from '../search';

interface EntryListProps {
  readonly novel: string;
  readonly language: string;
  readonly search: WorldSearch;
  readonly moment: Moment;
  readonly onSearch: (change: Partial<WorldSearch>) => void;
  readonly onAdd: () => void;
}

/** Who and what the book knows of, one typographic row each. */
export function EntryList({ novel, language, search, moment, onSearch, onAdd }: EntryListProps) {
  const { t } = useTranslation('world');
  const entries = useQuery(entriesQuery(novel, moment));
  const ticks = ticksOf(useQuery(treeQuery(novel)).data);
  const query = useDeferredValue(search.q ?? '');
  if (entries.isPending) return <Waiting text={t('loading')} lines={6} />;
  if (entries.error) {
    return <ProblemNote error={entries.error} onRetry={() => void entries.refetch()} />;
  }
  if (entries.data.length === 0) {
    return (
      <Empty text={t('empty')}>
        <Button variant="primary" onClick={onAdd}>
          {t('entry.add')}
        </Button>
      </Empty>
    );
  }
  const shown = filterEntries(entries.data, search.type, query);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center gap-x-6 gap-y-3">
        <input
          type="search"
          value={search.q ?? ''}
          aria-label={t('list.find')}
          placeholder={t('list.find')}
          className={`${controlLook} max-w-64`}
          onChange={(event) => onSearch({ q: event.target.value || undefined })}
        />
        <div role="group" aria-label={t('list.kinds')} className="flex flex-wrap gap-x-1">
          {[undefined, ...KINDS].map((kind) => (
            <KindButton
              key={kind ?? 'all'}
              kind={kind}
              chosen={search.type === kind}
              count={entries.data.filter((entry) => !kind || entry.kind === kind).length}
              onChoose={() => onSearch({ type: kind })}
            />
          ))}
        </div>
      </div>
      {shown.length === 0 ? <p className="text-ui text-ink-2">{t('list.none')}</p> : null}
      {groupEntries(shown).map(([kind, group]) => (
        <section key={kind} className="mb-10">
          <h2 className="text-section mb-1 font-semibold">{t(`kinds.${kind}`)}</h2>
          <ul className="border-line divide-line divide-y border-y">
            {group.map((entry) => (
              <EntryRow
                key={entry.id}
                novel={novel}
                language={language}
                entry={entry}
                search={search}
                seen={ticks.find((tick) => tick.scene === entry.last_seen?.scene_id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

interface KindButtonProps {
  readonly kind: EntryKind | undefined;
  readonly chosen: boolean;
  readonly count: number;
  readonly onChoose: () => void;
}

function KindButton({ kind, chosen, count, onChoose }: KindButtonProps) {
  const { t } = useTranslation('world');
  if (count === 0 && !chosen) return null;
  return (
    <Button
      variant="quiet"
      size="small"
      aria-pressed={chosen}
      className={chosen ? 'text-ink underline underline-offset-4' : 'font-normal'}
      onClick={onChoose}
    >
      {kind ? t(`kinds.${kind}`) : t('kinds.all')}
      <span className="text-ink-3 figures text-small">{count}</span>
    </Button>
  );
}

interface EntryRowProps {
  readonly novel: string;
  readonly language: string;
  readonly entry: Entry;
  readonly search: WorldSearch;
  /** The scene it was last seen in. */
  readonly seen: Tick | undefined;
}

function EntryRow({ novel, language, entry, search, seen }: EntryRowProps) {
  const { t } = useTranslation('world');
  const notes = [
    seen ? t('list.lastSeen', { number: seen.chapter }) : null,
    entry.doubts ? t('list.doubts', { count: entry.doubts }) : null,
  ].filter((note) => note !== null);
  return (
    <li className="grid items-baseline gap-x-6 py-2.5 sm:grid-cols-[12rem_1fr_8rem]">
      <div lang={language} className="min-w-0">
        <Link
          to="/n/$novel/world/{-$entry}"
          params={{ novel, entry: entry.id }}
          search={{ asOf: search.asOf, clock: search.clock }}
          className="text-section decoration-line-2 font-serif font-medium underline-offset-4 hover:underline"
        >
          {entry.name}
        </Link>
        {entry.aliases.length > 1 ? (
          <p className="text-small text-ink-3 truncate">
            {entry.aliases.filter((alias) => alias !== entry.name).join(' · ')}
          </p>
        ) : null}
      </div>
      <p lang={language} className="text-ui text-ink-2 line-clamp-2">
        {entry.summary}
      </p>
      <p className="text-small text-ink-3 figures sm:text-end" title={entry.last_seen?.title}>
        {notes.join(' · ')}
      </p>
    </li>
  );
}
