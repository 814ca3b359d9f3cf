import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { marked } from './marked';
import { KINDS, searchQuery, type Hit, type Kind } from './queries';

interface SearchPageProps {
  readonly novel: string;
  readonly language: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** Finds words, meanings and names in a book; each place is a way to its paragraph. */
export function SearchPage({ novel, language, query, onQuery }: SearchPageProps) {
  const { t, i18n } = useTranslation('search');
  const [typed, setTyped] = useState(query);
  const [kinds, setKinds] = useState<readonly Kind[]>(KINDS);
  const found = useQuery(searchQuery(novel, query, kinds));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onQuery(typed.trim());
  };
  const toggle = (kind: Kind) =>
    setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind]);
  return (
    <>
      <PageHead title={t('title')} />
      <form role="search" onSubmit={submit} className="mb-4 flex gap-2">
        <input
          type="search"
          autoFocus
          value={typed}
          maxLength={400}
          lang={language}
          aria-label={t('what')}
          placeholder={t('what')}
          className={controlLook}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" variant="primary" disabled={typed.trim() === ''}>
          {t('go')}
        </Button>
      </form>
      <div role="group" aria-label={t('kinds.label')} className="mb-8 flex flex-wrap gap-x-6">
        {KINDS.map((kind) => (
          <label key={kind} className="target text-meta inline-flex items-center gap-2">
            <input
              type="checkbox"
              className="accent-ink"
              checked={kinds.includes(kind)}
              onChange={() => toggle(kind)}
            />
            {t(`kinds.${kind}`)}
          </label>
        ))}
      </div>
      {found.isLoading ? <Waiting text={t('looking')} lines={5} /> : null}
      {found.error ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : null}
      {query === '' ? <Empty text={t('empty')} /> : null}
      {found.data ? (
        <>
          <p role="status" className="text-meta text-ink-2 mb-2">
            {t('count', { count: found.data.hits.length })}
          </p>
          <ol className="border-line divide-line divide-y border-y empty:hidden">
            {found.data.hits.map((hit, index) => (
              <HitLine key={`${hit.kind}/${String(index)}`} {...{ novel, language, hit, query }} />
            ))}
          </ol>
          {found.data.not_evaluated.length > 0 ? (
            <p className="text-meta text-ink-3 mt-4">
              {t('notEvaluated', {
                reasons: found.data.not_evaluated
                  .map(({ reason }) => {
                    const known = `missing.${reason}`;
                    const words = i18n.exists(known, { ns: 'search' });
                    return words ? t(known as 'missing.no-index') : reason;
                  })
                  .join(' · '),
              })}
            </p>
          ) : null}
        </>
      ) : null}
    </>
  );
}

interface HitLineProps {
  readonly novel: string;
  readonly language: string;
  readonly hit: Hit;
  readonly query: string;
}

function HitLine({ novel, language, hit, query }: HitLineProps) {
  const { t } = useTranslation('search');
  const place = [
    t(`hit.${hit.kind}`),
    hit.chapter_number === null ? null : t('chapter', { number: hit.chapter_number }),
    hit.scene_title,
  ].filter(Boolean);
  const said = marked(hit.snippet, query).map(({ text, sought }, index) =>
    sought ? <mark key={index}>{text}</mark> : text,
  );
  const look = 'text-ui decoration-line-2 font-serif underline-offset-4 hover:underline';
  return (
    <li className="py-3">
      {hit.entry_id ? (
        <Link
          to="/n/$novel/world/{-$entry}"
          params={{ novel, entry: hit.entry_id }}
          lang={language}
          className={look}
        >
          {said}
        </Link>
      ) : (
        <Link
          to="/n/$novel/write/{-$node}"
          params={{ novel, node: hit.scene_id ?? undefined }}
          search={hit.pid ? { at: hit.pid } : {}}
          lang={language}
          className={look}
        >
          {said}
        </Link>
      )}
      <p className="text-small text-ink-3 mt-1">{place.join(' · ')}</p>
    </li>
  );
}
