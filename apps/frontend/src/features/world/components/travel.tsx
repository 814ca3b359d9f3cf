import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { useLawAct, waysQuery, type Way } from '../law-queries';
import { MODES, spanOf } from '../laws';
import type { Moment } from '../moments';
import { calendarQuery, entriesQuery } from '../queries';
import { WayForm } from './way-form';

interface TravelProps {
  readonly novel: string;
  readonly language: string;
  readonly moment: Moment;
}

/** The ways between places that are open at a moment, with the least time each takes. */
export function Travel({ novel, language, moment }: TravelProps) {
  const { t } = useTranslation(['rules', 'world']);
  const ways = useQuery({ ...waysQuery(novel, moment), placeholderData: (before) => before });
  if (ways.isPending) return <Waiting text={t('world:loading')} lines={4} />;
  if (ways.error) return <ProblemNote error={ways.error} onRetry={() => void ways.refetch()} />;
  if (ways.data.length === 0) return <Empty text={t('ways.empty')} />;
  return (
    <>
      <p className="text-ui text-ink-2 mb-8 max-w-prose">{t('ways.text')}</p>
      <ul className="border-line divide-line divide-y border-y">
        {ways.data.map((way) => (
          <WayLine key={way.id} novel={novel} language={language} moment={moment} way={way} />
        ))}
      </ul>
    </>
  );
}

function WayLine({ novel, language, moment, way }: TravelProps & { readonly way: Way }) {
  const { t } = useTranslation(['rules', 'world']);
  const [editing, setEditing] = useState(false);
  const act = useLawAct(novel);
  const places = useQuery(entriesQuery(novel, moment)).data ?? [];
  const day = useQuery(calendarQuery(novel)).data?.day_ticks ?? 1_440;
  const name = (id: string) => places.find((entry) => entry.id === id)?.name ?? '…';
  const { unit, count } = spanOf(way.min_ticks, day);
  const mode = MODES.find((one) => one === way.mode) ?? 'other';
  const line = t(way.both_ways ? 'ways.lineBoth' : 'ways.line', {
    a: name(way.a),
    b: name(way.b),
  });
  const place = (id: string) => (
    <Link
      to="/n/$novel/world/{-$entry}"
      params={{ novel, entry: id }}
      search={(before) => ({ asOf: before.asOf, clock: before.clock })}
      className="decoration-line-2 underline underline-offset-4"
    >
      {name(id)}
    </Link>
  );
  return (
    <li className="grid grid-cols-[1fr_auto_auto] items-center gap-x-6 py-2.5">
      <div className="min-w-0">
        <p lang={language} className="text-ui">
          {place(way.a)}
          <span aria-hidden className="text-ink-3 mx-2">
            {way.both_ways ? '↔' : '→'}
          </span>
          {place(way.b)}
        </p>
        {way.note ? (
          <p lang={language} className="text-meta text-ink-2">
            {way.note}
          </p>
        ) : null}
        {act.error ? <ProblemNote error={act.error} text={t('world:unchanged')} /> : null}
      </div>
      <p className="text-meta text-ink-2 figures text-end">
        {t(`ways.least.${unit}`, { count })}
        <span className="text-ink-3 block">{t(`ways.modes.${mode}`)}</span>
      </p>
      <Menu
        trigger={
          <Button variant="quiet" size="small" aria-label={t('ways.menu', { way: line })}>
            {'⋯'}
          </Button>
        }
      >
        <MenuItem onSelect={() => setEditing(true)}>{t('ways.edit')}</MenuItem>
        <MenuLine />
        <MenuItem
          danger
          disabled={act.isPending}
          onSelect={() =>
            act.mutate(
              { do: 'drop-way', id: way.id },
              { onSuccess: () => toast(t('ways.dropped')) },
            )
          }
        >
          {t('ways.drop')}
        </MenuItem>
      </Menu>
      {editing ? (
        <WayForm novel={novel} language={language} way={way} onClose={() => setEditing(false)} />
      ) : null}
    </li>
  );
}
