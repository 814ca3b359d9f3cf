import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodexEntry } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { usePromiseAct } from '../promise-queries';
import { ACTS, isOverdue, pointOf, type BookPromise, type Stop } from '../promises';
import { GiveUp } from './give-up';
import { PromiseForm } from './promise-form';

interface PromiseLineProps {
  readonly novel: string;
  readonly language: string;
  readonly promise: BookPromise;
  readonly stops: readonly Stop[];
  readonly entries: readonly CodexEntry[];
  /** It was kept although nothing set it up. */
  readonly orphan: boolean;
}

/** One promise: its sentence, where it stands, when it is due, and the scenes that do something for it. */
export function PromiseLine(props: PromiseLineProps) {
  const { novel, language, promise, stops, entries, orphan } = props;
  const { t, i18n } = useTranslation(['promises', 'common']);
  const [asked, setAsked] = useState<'edit' | 'abandon' | null>(null);
  const act = usePromiseAct(novel);
  const due = useDue(promise, stops);
  const kind = `kinds.${promise.kind}`;
  const isOver = promise.status === 'abandoned';
  const notes = [
    i18n.exists(kind, { ns: 'promises' }) ? t(kind as 'kinds.gun') : promise.kind,
    t(`status.${promise.status}` as 'status.planned'),
    due,
    promise.locked ? t('locked') : null,
  ].filter((note) => note !== null);
  const doubts = [
    isOverdue(promise, stops) ? t('overdue') : null,
    // The ledger counts a planned end as well; that alone is no fault.
    orphan && ['paid', 'subverted'].includes(promise.status) ? t('orphan') : null,
    promise.flags.includes('stale') ? t('stale') : null,
  ].filter((note) => note !== null);
  const names = entries.filter((entry) => promise.subjects.includes(entry.id));
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-6 py-3">
      <div className="min-w-0">
        <p lang={language} className="text-section font-serif">
          {promise.statement}
        </p>
        <p className="text-meta text-ink-2 mt-0.5">
          {notes.join(' · ')}
          {doubts.length > 0 ? <span className="text-doubt ms-3">{doubts.join(' · ')}</span> : null}
        </p>
        {promise.abandoned_because ? (
          <p lang={language} className="text-meta text-ink-3">
            {promise.abandoned_because}
          </p>
        ) : null}
        <ol className="mt-1">
          {ACTS.flatMap((name) => promise.scenes.filter((one) => one.act === name)).map((one) => (
            <SceneAct
              key={`${one.act}/${one.scene_id}`}
              novel={novel}
              language={language}
              one={one}
              stop={stops.find((stop) => stop.scene === one.scene_id)}
            />
          ))}
        </ol>
        {names.length > 0 ? (
          <p lang={language} className="text-small text-ink-3 mt-1">
            {names.map((entry) => entry.name).join(' · ')}
          </p>
        ) : null}
        {act.error ? <ProblemNote error={act.error} /> : null}
      </div>
      <Menu
        trigger={
          <Button
            variant="quiet"
            size="small"
            className="self-start"
            aria-label={t('menu', { promise: promise.statement })}
          >
            {'⋯'}
          </Button>
        }
      >
        <MenuItem onSelect={() => setAsked('edit')}>{t('edit')}</MenuItem>
        <MenuItem
          onSelect={() =>
            isOver
              ? act.mutate({ do: 'edit', id: promise.id, promise: { resume: true } })
              : setAsked('abandon')
          }
        >
          {isOver ? t('resume') : t('abandon')}
        </MenuItem>
        <MenuLine />
        <MenuItem
          danger
          disabled={act.isPending}
          onSelect={() =>
            act.mutate({ do: 'drop', id: promise.id }, { onSuccess: () => toast(t('deleted')) })
          }
        >
          {t('delete')}
        </MenuItem>
      </Menu>
      {asked === 'edit' ? (
        <PromiseForm
          novel={novel}
          language={language}
          promise={promise}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === 'abandon' ? (
        <GiveUp
          novel={novel}
          language={language}
          promise={promise.id}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </li>
  );
}

interface SceneActProps {
  readonly novel: string;
  readonly language: string;
  readonly one: BookPromise['scenes'][number];
  readonly stop: Stop | undefined;
}

/** What a scene does for a promise, with the sentence that does it; without one it is only planned. */
function SceneAct({ novel, language, one, stop }: SceneActProps) {
  const { t } = useTranslation('promises');
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const quote = text(one.evidence?.quote);
  const pid = text(one.evidence?.pid);
  return (
    <li className="text-meta text-ink-2 flex flex-wrap items-baseline gap-x-2 py-0.5">
      <span className="text-ink-3">{t(`acts.${one.act}` as 'acts.plant')}</span>
      <Link
        to="/n/$novel/write/{-$node}"
        params={{ novel, node: one.scene_id }}
        search={pid ? { at: pid } : {}}
        lang={language}
        className="decoration-line-2 underline underline-offset-4"
      >
        {stop ? t('window.chapterTitle', { number: stop.number, title: stop.title }) : '…'}
      </Link>
      {one.evidence ? null : (
        <span className={stop?.written ? 'text-doubt' : 'text-ink-3'}>
          {t(stop?.written ? 'missed' : 'planned')}
        </span>
      )}
      {quote ? (
        <q lang={language} className="border-line-2 basis-full border-s-2 ps-3 font-serif">
          {quote}
        </q>
      ) : null}
    </li>
  );
}

/** When a promise has to be kept, in words; null when it is free. */
function useDue(promise: BookPromise, stops: readonly Stop[]): string | null {
  const { t } = useTranslation('promises');
  const words = (point: BookPromise['earliest']) => {
    if (!point) return null;
    const found = pointOf(point, stops);
    if (!found) return t('window.gone');
    return 'number' in found
      ? t('window.chapter', { number: found.number })
      : t('window.share', { percent: found.percent });
  };
  const from = words(promise.earliest);
  const by = words(promise.latest);
  if (from && by) return t('window.between', { from, by });
  if (by) return t('window.by', { by });
  return from ? t('window.from', { from }) : null;
}
