import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLawAct, type Way } from '../law-queries';
import { MODES, spanOf, ticksOfSpan, UNITS, type Unit } from '../laws';
import { calendarQuery, entriesQuery } from '../queries';
import { SelectField, TextField, Tick } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';

interface WayFormProps {
  readonly novel: string;
  readonly language: string;
  /** The way to change; without one a new one is made. */
  readonly way?: Way;
  readonly onClose: () => void;
}

/** A way between two places: how, how long at least, and whether it leads back. */
export function WayForm({ novel, language, way, onClose }: WayFormProps) {
  const { t } = useTranslation(['rules', 'world', 'common']);
  const day = useQuery(calendarQuery(novel)).data?.day_ticks ?? 1_440;
  const places = (useQuery(entriesQuery(novel, { scene: null, clock: 'story' })).data ?? []).filter(
    (entry) => entry.kind === 'place',
  );
  const span = way ? spanOf(way.min_ticks, day) : null;
  const [form, setForm] = useState({
    a: way?.a ?? '',
    b: way?.b ?? '',
    mode: MODES.find((one) => one === way?.mode) ?? ('walk' as const),
    amount: span ? String(span.count) : '',
    unit: (span?.unit ?? 'hours') as Unit,
    both: way?.both_ways ?? true,
    note: way?.note ?? '',
  });
  const act = useLawAct(novel);
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const least = ticksOfSpan(form.amount, form.unit, day);
  const same = form.a !== '' && form.a === form.b;
  const submit = () => {
    if (least === null) return;
    const given = {
      min_ticks: least,
      mode: form.mode,
      both_ways: form.both,
      note: form.note.trim(),
    };
    act.mutate(
      way
        ? { do: 'edit-way', id: way.id, way: given }
        : { do: 'add-way', way: { ...given, a: form.a, b: form.b } },
      { onSuccess: onClose },
    );
  };
  const place = (end: 'a' | 'b', label: string) => (
    <SelectField
      label={label}
      error={end === 'b' && same ? t('ways.samePlace') : undefined}
      value={form[end]}
      disabled={way !== undefined}
      options={[
        { value: '', label: t('world:fact.choose') },
        ...places.map((entry) => ({ value: entry.id, label: entry.name })),
      ]}
      onChange={(id) => set({ [end]: id })}
    />
  );
  return (
    <FormDialog
      title={way ? t('ways.edit') : t('ways.add')}
      description={places.length < 2 ? t('ways.fewPlaces') : undefined}
      ready={form.a !== '' && form.b !== '' && !same && least !== null}
      pending={act.isPending}
      error={act.error}
      errorText={t('world:unchanged')}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {place('a', t('ways.from'))}
        {place('b', t('ways.to'))}
      </div>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label={t('ways.amount')}
          required
          inputMode="decimal"

          value={form.amount}
          onChange={(text) => set({ amount: text })}
        />
        <SelectField
          label={t('ways.unit')}
          value={form.unit}
          options={UNITS.map((value) => ({ value, label: t(`ways.units.${value}`) }))}
          onChange={(unit) => set({ unit })}
        />
        <SelectField
          label={t('ways.mode')}
          value={form.mode}
          options={MODES.map((value) => ({ value, label: t(`ways.modes.${value}`) }))}
          onChange={(mode) => set({ mode })}
        />
      </div>
      <Tick label={t('ways.both')} checked={form.both} onChange={(yes) => set({ both: yes })} />
      <TextField
        label={t('ways.note')}
        maxLength={300}
        lang={language}

        value={form.note}
        onChange={(text) => set({ note: text })}
      />
    </FormDialog>
  );
}
