import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { ticksOf } from '../moments';
import { treeQuery } from '../queries';
import { useStillFine } from '../ripple-queries';
import { keyOf, rippleGroups, type Rested, type Ripple } from '../ripples';

interface RippleListProps {
  readonly novel: string;
  readonly language: string;
  readonly ripple: Ripple;
  /** The fact was changed: each line can be said to be still fine. */
  readonly changed: boolean;
}

/** All that rests on a fact, line by line, each with the way to it. */
export function RippleList({ novel, language, ripple, changed }: RippleListProps) {
  const { t } = useTranslation('world');
  const fine = useStillFine(novel);
  const [said, setSaid] = useState<ReadonlyMap<string, boolean>>(new Map());
  const say = (one: Rested) =>
    fine.mutate(one, {
      onSuccess: ({ key, cleared }) => setSaid((before) => new Map([...before, [key, cleared]])),
    });
  return (
    <div className="flex flex-col gap-4">
      {rippleGroups(ripple).map(([group, list]) => (
        <section key={group}>
          <h3 className="text-meta font-medium">{t(`ripple.groups.${group}`)}</h3>
          <ul className="divide-line border-line mt-1 divide-y border-y">
            {list.map((one, index) => (
              <li
                key={`${keyOf(one)}/${String(index)}`}
                className="text-meta flex flex-wrap items-baseline gap-x-4 py-1.5"
              >
                <Line novel={novel} language={language} one={one} />
                {changed ? (
                  said.get(keyOf(one)) ? (
                    <span role="status" className="text-ink-3">
                      {t('ripple.isFine')}
                    </span>
                  ) : (
                    <>
                      {said.has(keyOf(one)) ? (
                        <span role="status" className="text-doubt">
                          {t('ripple.notYet')}
                        </span>
                      ) : null}
                      <Button
                        variant="link"
                        className="text-meta"
                        disabled={fine.isPending}
                        onClick={() => say(one)}
                      >
                        {t('ripple.fine')}
                      </Button>
                    </>
                  )
                ) : null}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {ripple.unread > 0 ? (
        <p className="text-meta text-doubt">{t('ripple.unread', { count: ripple.unread })}</p>
      ) : null}
      {fine.error ? <ProblemNote error={fine.error} /> : null}
    </div>
  );
}

function Line({ novel, language, one }: { novel: string; language: string; one: Rested }) {
  const { t } = useTranslation('world');
  const ticks = ticksOf(useQuery(treeQuery(novel)).data);
  const tick = ticks.find((found) => found.scene === one.scene);
  const place = tick
    ? [t('fact.place', { number: tick.chapter }), tick.title].filter(Boolean).join(' · ')
    : '';
  const words =
    one.kind === 'scene' && one.text ? <q className="font-serif">{one.text}</q> : one.text || place;
  return (
    <span className="min-w-0 grow">
      {one.scene ? (
        <Link
          to="/n/$novel/write/{-$node}"
          params={{ novel, node: one.scene }}
          search={one.pid ? { at: one.pid } : {}}
          lang={language}
          className="decoration-line-2 underline underline-offset-4"
        >
          {words || t('mentions.untitled')}
        </Link>
      ) : (
        <span lang={language}>{words}</span>
      )}
      {one.text && place && one.text !== tick?.title ? (
        <span className="text-ink-3 ms-3">{place}</span>
      ) : null}
    </span>
  );
}
