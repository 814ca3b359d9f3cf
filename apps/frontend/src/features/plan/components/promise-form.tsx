import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePromiseAct } from '../promise-queries';
import {
  choiceOf,
  KEPT,
  KINDS,
  pointWish,
  stopsOf,
  subjectsWish,
  WEIGHTS,
  type BookPromise,
  type PlannedAct,
} from '../promises';
import { entriesQuery, treeQuery } from '../queries';
import { About, Scenes } from './promise-parts';
import { AreaField, SelectField, Tick } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';

interface PromiseFormProps {
  readonly novel: string;
  readonly language: string;
  /** The promise to change; without one a new one is made. */
  readonly promise?: BookPromise;
  readonly onClose: () => void;
}

/** What is promised, how much rests on it, when it is due and what the plan asks of which scene. */
export function PromiseForm({ novel, language, promise, onClose }: PromiseFormProps) {
  const { t } = useTranslation(['promises', 'common']);
  const stops = stopsOf(useQuery(treeQuery(novel)).data);
  const entries = useQuery(entriesQuery(novel)).data;
  const [form, setForm] = useState({
    statement: promise?.statement ?? '',
    kind: KINDS.find((kind) => kind === promise?.kind) ?? ('gun' as const),
    weight: String(promise?.weight ?? 3) as (typeof WEIGHTS)[number],
    subjects: promise?.subjects ?? ([] as readonly string[]),
    earliest: choiceOf(promise?.earliest ?? null),
    latest: choiceOf(promise?.latest ?? null),
    locked: promise?.locked ?? false,
    scenes: (promise?.scenes ?? [])
      .filter((one) => !one.evidence)
      .map((one) => ({ scene_id: one.scene_id, act: one.act as PlannedAct['act'] })),
  });
  const act = usePromiseAct(novel);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const submit = () => {
    const earliest = pointWish(form.earliest);
    const latest = pointWish(form.latest);
    const subjects = subjectsWish(form.subjects, promise?.subjects ?? [], entries);
    const given = {
      statement: form.statement.trim(),
      kind: form.kind,
      weight: Number(form.weight),
      scenes: form.scenes.filter((one) => one.scene_id !== ''),
      ...(subjects === undefined ? {} : { subjects }),
      ...(earliest === undefined ? {} : { earliest }),
      ...(latest === undefined ? {} : { latest }),
    };
    act.mutate(
      promise
        ? { do: 'edit', id: promise.id, promise: { ...given, locked: form.locked } }
        : { do: 'add', promise: given },
      { onSuccess: onClose },
    );
  };
  const chapters = [...new Map(stops.map((stop) => [stop.chapter, stop])).values()].map((stop) => ({
    value: stop.chapter,
    label: t('window.chapterTitle', { number: stop.number, title: stop.title }),
  }));
  const end = (name: 'earliest' | 'latest') => (
    <SelectField
      label={t(`window.${name}`)}
      value={form[name]}
      options={[
        { value: '', label: t('window.any') },
        ...(form[name] === KEPT ? [{ value: KEPT, label: '…' }] : []),
        ...chapters,
      ]}
      onChange={(choice) => set({ [name]: choice })}
    />
  );
  return (
    <FormDialog
      title={promise ? t('edit') : t('add')}
      ready={form.statement.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <AreaField
        label={t('statement')}
        hint={t('statementHint')}
        autoFocus
        required
        rows={2}
        maxLength={600}
        lang={language}

        value={form.statement}
        onChange={(text) => set({ statement: text })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('kind')}
          value={form.kind}
          options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          onChange={(kind) => set({ kind })}
        />
        <SelectField
          label={t('weight')}
          value={form.weight}
          options={WEIGHTS.map((value) => ({ value, label: t(`weights.${value}`) }))}
          onChange={(weight) => set({ weight })}
        />
        {end('earliest')}
        {end('latest')}
      </div>
      <About
        novel={novel}
        language={language}
        chosen={form.subjects}
        onChange={(subjects) => set({ subjects })}
      />
      <Scenes stops={stops} list={form.scenes} onChange={(scenes) => set({ scenes })} />
      {promise ? (
        <Tick label={t('lock')} checked={form.locked} onChange={(yes) => set({ locked: yes })} />
      ) : null}
    </FormDialog>
  );
}
