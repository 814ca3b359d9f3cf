import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { useLawAct, type Way } from '../law-queries';
import { MODES, spanOf, ticksOfSpan, UNITS, type Unit } from '../laws';
import { calendarQuery, entriesQuery } from '../queries';

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
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
    <Field label={label} error={end === 'b' && same ? t('ways.samePlace') : undefined}>
      {(described) => (
        <Select
          value={form[end]}
          disabled={way !== undefined}
          options={[
            { value: '', label: t('world:fact.choose') },
            ...places.map((entry) => ({ value: entry.id, label: entry.name })),
          ]}
          onValueChange={(id) => set({ [end]: id })}
          {...described}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={way ? t('ways.edit') : t('ways.add')}
      description={places.length < 2 ? t('ways.fewPlaces') : undefined}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          {place('a', t('ways.from'))}
          {place('b', t('ways.to'))}
        </div>
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label={t('ways.amount')}>
            {(described) => (
              <input
                required
                inputMode="decimal"
                className={controlLook}
                value={form.amount}
                onChange={(event) => set({ amount: event.target.value })}
                {...described}
              />
            )}
          </Field>
          <Field label={t('ways.unit')}>
            {(described) => (
              <Select
                value={form.unit}
                options={UNITS.map((value) => ({ value, label: t(`ways.units.${value}`) }))}
                onValueChange={(unit) => set({ unit })}
                {...described}
              />
            )}
          </Field>
          <Field label={t('ways.mode')}>
            {(described) => (
              <Select
                value={form.mode}
                options={MODES.map((value) => ({ value, label: t(`ways.modes.${value}`) }))}
                onValueChange={(mode) => set({ mode })}
                {...described}
              />
            )}
          </Field>
        </div>
        <label className="text-ui flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-ink"
            checked={form.both}
            onChange={(event) => set({ both: event.target.checked })}
          />
          {t('ways.both')}
        </label>
        <Field label={t('ways.note')}>
          {(described) => (
            <input
              maxLength={300}
              lang={language}
              className={controlLook}
              value={form.note}
              onChange={(event) => set({ note: event.target.value })}
              {...described}
            />
          )}
        </Field>
        {act.error ? <ProblemNote error={act.error} text={t('world:unchanged')} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabled={form.a === '' || form.b === '' || same || least === null || act.isPending}
          >
            {t('common:actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
