import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { IconButton } from '@/shared/ui/icon-button';
import { Select } from '@/shared/ui/select';
import { ACTS, type PlannedAct, type Stop } from '../promises';
import { entriesQuery } from '../queries';

interface AboutProps {
  readonly novel: string;
  readonly language: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Whom and what a promise concerns: names that are added from the world and taken away. */
export function About({ novel, language, chosen, onChange }: AboutProps) {
  const { t } = useTranslation('promises');
  const entries = useQuery(entriesQuery(novel)).data ?? [];
  const named = entries.filter((entry) => chosen.includes(entry.id));
  const others = entries.filter((entry) => !chosen.includes(entry.id));
  return (
    <Field label={t('about')}>
      {(described) => (
        <>
          <Select
            value=""
            options={[
              { value: '', label: t('addAbout') },
              ...others.map((entry) => ({ value: entry.id, label: entry.name })),
            ]}
            onValueChange={(id) => (id === '' ? undefined : onChange([...chosen, id]))}
            {...described}
          />
          {named.length > 0 ? (
            <ul className="mt-1 flex flex-wrap gap-x-4">
              {named.map((entry) => (
                <li key={entry.id} lang={language} className="text-ui inline-flex items-center">
                  {entry.name}
                  <IconButton
                    icon={X}
                    label={t('dropAbout', { name: entry.name })}
                    className="text-ink-3 px-1"
                    onClick={() => onChange(chosen.filter((id) => id !== entry.id))}
                  />
                </li>
              ))}
            </ul>
          ) : null}
        </>
      )}
    </Field>
  );
}

interface ScenesProps {
  readonly stops: readonly Stop[];
  readonly list: readonly PlannedAct[];
  readonly onChange: (list: PlannedAct[]) => void;
}

/** What the plan asks of which scene for a promise. */
export function Scenes({ stops, list, onChange }: ScenesProps) {
  const { t } = useTranslation('promises');
  const name = (stop: Stop) => t('window.chapterTitle', { number: stop.number, title: stop.title });
  const change = (at: number, next: Partial<PlannedAct>) =>
    onChange(list.map((one, index) => (index === at ? { ...one, ...next } : one)));
  const label = (one: PlannedAct) => {
    const stop = stops.find((found) => found.scene === one.scene_id);
    return t('scenes.drop', { act: t(`acts.${one.act}`), scene: stop ? name(stop) : '…' });
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-ui mb-1 font-medium">{t('scenes.title')}</legend>
      {list.map((one, index) => (
        <div key={index} className="flex items-center gap-2">
          <Select
            value={one.act}
            aria-label={t('scenes.act')}
            className="w-36 shrink-0"
            options={ACTS.map((value) => ({ value, label: t(`acts.${value}`) }))}
            onValueChange={(act) => change(index, { act })}
          />
          <Select
            value={one.scene_id}
            aria-label={t('scenes.scene')}
            className="min-w-0 grow"
            options={stops.map((stop) => ({ value: stop.scene, label: name(stop) }))}
            onValueChange={(scene) => change(index, { scene_id: scene })}
          />
          <IconButton
            icon={X}
            label={label(one)}
            onClick={() => onChange(list.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <p className="text-meta text-ink-3">{t('scenes.hint')}</p>
      <Button
        variant="link"
        className="text-meta self-start"
        disabled={stops.length === 0}
        onClick={() =>
          onChange([
            ...list,
            { scene_id: stops[0]?.scene ?? '', act: list.length === 0 ? 'plant' : 'pay' },
          ])
        }
      >
        {t('scenes.add')}
      </Button>
    </fieldset>
  );
}
