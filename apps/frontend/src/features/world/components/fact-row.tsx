import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { classNames } from '@/shared/ui/class-names';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { detailsOf } from '../model';
import type { FactView } from '../types';
import { useSince } from '../hooks/use-since';
import { EvidenceList } from './evidence';

interface FactRowProps {
  readonly novel: string;
  readonly language: string;
  readonly fact: FactView;
  /** The entry whose page this is: what others hold towards it is said as a whole sentence. */
  readonly about: string;
  /** Whether the line above says the same of the entry: its label is then not repeated. */
  readonly again?: boolean | undefined;
  /** Ways to change it; without them it is only read. */
  readonly on?: FactActs | undefined;
}

export interface FactActs {
  readonly progress: (fact: FactView) => void;
  /** Shows what rests on it; with `remove` the fact can be taken back there. */
  readonly ripple: (fact: FactView, why: 'look' | 'remove') => void;
  readonly set: (fact: FactView, change: { pinned?: boolean; locked?: boolean }) => void;
}

/** One fact as a line of an encyclopaedia: what, since when, until when, and what it rests on. */
export function FactRow({ novel, language, fact, about, again, on }: FactRowProps) {
  const { t } = useTranslation('world');
  const { since: sinceOf, place } = useSince(novel);
  const since = sinceOf(fact);
  const details = fact.subject_id === about ? detailsOf(fact) : '';
  const marks = [
    fact.status === 'disputed' ? t('fact.disputed') : null,
    fact.status === 'planned' ? t('fact.planned') : null,
    fact.certainty === 'certain' ? null : t(`fact.certainty.${fact.certainty}` as 'fact.planned'),
    fact.publicity === 'secret' ? t('fact.secret') : null,
    fact.pinned ? t('fact.pinned') : null,
    fact.locked ? t('fact.locked') : null,
  ].filter((mark) => mark !== null);
  return (
    <div className="group grid grid-cols-[1fr_auto] gap-x-6 py-2 sm:grid-cols-[10rem_1fr_auto]">
      <dt className={classNames('text-meta text-ink-3 pt-px', !again && 'max-sm:col-span-2')}>
        <span className={again ? 'sr-only' : undefined}>{fact.label}</span>
      </dt>
      <dd className="min-w-0">
        <span lang={language} className="text-ui">
          {fact.subject_id !== about ? (
            fact.text
          ) : fact.object_id ? (
            <Link
              to="/n/$novel/world/{-$entry}"
              params={{ novel, entry: fact.object_id }}
              search={(before) => ({ asOf: before.asOf, clock: before.clock })}
              className="decoration-line-2 underline underline-offset-4"
            >
              {fact.value_text}
            </Link>
          ) : (
            fact.value_text
          )}
        </span>
        {details ? (
          <span lang={language} className="text-ui text-ink-2 ms-3">
            {details}
          </span>
        ) : null}
        {since ? <span className="text-meta text-ink-3 figures ms-3">{since}</span> : null}
        {marks.length > 0 ? (
          <span className="text-meta text-doubt ms-3">{marks.join(' · ')}</span>
        ) : null}
        {fact.told_at ? (
          <span className="text-meta text-ink-3 ms-3">
            {t('fact.toldAt', { scene: place(fact.told_at.scene_id, fact.told_at.title) })}
          </span>
        ) : null}
        <EvidenceList novel={novel} language={language} evidence={fact.evidence} />
      </dd>
      {on ? <FactMenu fact={fact} on={on} /> : null}
    </div>
  );
}

function FactMenu({ fact, on }: { fact: FactView; on: FactActs }) {
  const { t } = useTranslation(['world', 'common']);
  return (
    <Menu
      trigger={
        <Button
          variant="quiet"
          size="small"
          className="self-start"
          aria-label={t('fact.menu', { fact: `${fact.label}: ${fact.value_text}` })}
        >
          {'⋯'}
        </Button>
      }
    >
      <MenuItem onSelect={() => on.progress(fact)}>{t('fact.fromHereOn')}</MenuItem>
      <MenuItem onSelect={() => on.ripple(fact, 'look')}>{t('ripple.open')}</MenuItem>
      <MenuItem onSelect={() => on.set(fact, { pinned: !fact.pinned })}>
        {fact.pinned ? t('fact.unpin') : t('fact.pin')}
      </MenuItem>
      <MenuItem onSelect={() => on.set(fact, { locked: !fact.locked })}>
        {fact.locked ? t('fact.unlock') : t('fact.lock')}
      </MenuItem>
      <MenuLine />
      <MenuItem danger onSelect={() => on.ripple(fact, 'remove')}>
        {t('fact.remove')}
      </MenuItem>
    </Menu>
  );
}
