import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '@/shared/ui/class-names';
import { inOrder, step, ticksOf, type Moment } from '../moments';
import { timelineQuery, treeQuery } from '../queries';
import { CLOCKS } from '../types';

interface AsOfProps {
  readonly novel: string;
  readonly moment: Moment;
  readonly onChange: (moment: Moment) => void;
}

/** One slider, two clocks: the world as it is at a scene, or as a reader knows it by then. */
export function AsOf({ novel, moment, onChange }: AsOfProps) {
  const { t } = useTranslation('world');
  const tree = useQuery(treeQuery(novel));
  const timeline = useQuery(timelineQuery(novel));
  const ticks = inOrder(ticksOf(tree.data, timeline.data?.scenes), moment.clock);
  if (ticks.length < 2) return null;
  const found = moment.scene ? ticks.findIndex((tick) => tick.scene === moment.scene) : -1;
  const at = found < 0 ? ticks.length : found;
  const go = (to: number) => onChange({ ...moment, scene: ticks[to]?.scene ?? null });
  const nameAt = (index: number) => {
    const tick = ticks[index];
    if (!tick) return t('asOf.end');
    const place = t('asOf.scene', { chapter: tick.chapter, number: tick.number });
    return tick.title ? `${place} · ${tick.title}` : place;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = step(ticks, at, event.key);
    if (to === null) return;
    event.preventDefault();
    go(to);
  };
  return (
    <section
      aria-label={t('asOf.label')}
      className="border-line mb-8 grid items-center gap-x-6 gap-y-2 border-y py-3 sm:grid-cols-[auto_1fr]"
    >
      <fieldset className="flex gap-x-4">
        <legend className="sr-only">{t('asOf.clock')}</legend>
        {CLOCKS.map((clock) => (
          <label
            key={clock}
            className={classNames(
              'target text-meta has-focus-visible:outline-agent inline-flex cursor-pointer items-center border-b-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-2',
              clock === moment.clock ? 'border-ink text-ink' : 'text-ink-2 border-transparent',
            )}
          >
            <input
              type="radio"
              name="clock"
              className="sr-only"
              checked={clock === moment.clock}
              onChange={() => onChange({ ...moment, clock })}
            />
            {t(`asOf.clocks.${clock}`)}
          </label>
        ))}
      </fieldset>
      <div className="flex min-w-0 items-center gap-4">
        <input
          type="range"
          min={0}
          max={ticks.length}
          step={1}
          value={at}
          aria-label={t('asOf.slider')}
          aria-valuetext={nameAt(at)}
          className="range min-w-0 grow"
          onChange={(event) => go(Number(event.target.value))}
          onKeyDown={onKeyDown}
        />
        <output className="text-meta text-ink-2 figures w-44 shrink-0 truncate text-end max-sm:w-28">
          {nameAt(at)}
        </output>
      </div>
      <p className="text-small text-ink-3 sm:col-span-2">{t(`asOf.says.${moment.clock}`)}</p>
    </section>
  );
}
