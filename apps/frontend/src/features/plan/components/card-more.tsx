import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { CodexEntry } from '@/shared/api/types';
import { AreaField, SelectField, Tick } from '@/shared/ui/fields';
import { CLOSINGS, LOCKABLE, OPENINGS, type CardFormState } from '../card-wish';

interface CardMoreProps {
  readonly form: CardFormState;
  readonly language: string;
  readonly entries: readonly CodexEntry[];
  readonly onChange: (change: Partial<CardFormState>) => void;
}

/** What a scene card holds besides its sentences: who is there, what must and must not be in it, how it opens and ends. */
export function CardMore({ form, language, entries, onChange }: CardMoreProps) {
  const { t } = useTranslation('plan');
  const people = entries.filter(
    (one) => ['character', 'person'].includes(one.kind) || form.cast.includes(one.id),
  );
  const toggle = (list: readonly string[], one: string, on: boolean) =>
    on ? [...list, one] : list.filter((other) => other !== one);
  return (
    <>
      <Fold title={t('cards.asks')} count={lines(form.must) + lines(form.mustNot)}>
        <AreaField
          label={t('cards.must')}
          hint={t('cards.perLine')}
          lang={language}
          rows={3}
          maxLength={8_000}
          value={form.must}
          onChange={(must) => onChange({ must })}
        />
        <AreaField
          label={t('cards.mustNot')}
          hint={t('cards.perLine')}
          lang={language}
          rows={3}
          maxLength={8_000}
          value={form.mustNot}
          onChange={(mustNot) => onChange({ mustNot })}
        />
      </Fold>
      <Fold title={t('cards.cast')} count={form.cast.length}>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2" lang={language}>
          {people.map(({ id, name }) => (
            <Tick
              key={id}
              label={name}
              checked={form.cast.includes(id)}
              onChange={(on) => onChange({ cast: toggle(form.cast, id, on) })}
            />
          ))}
        </div>
      </Fold>
      <Fold title={t('cards.frame')} count={0}>
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t('cards.opening')}
            value={form.opening}
            options={[
              ...(form.opening ? [] : [{ value: '' as const, label: t('cards.none') }]),
              ...OPENINGS.map((value) => ({ value, label: t(`cards.openings.${value}`) })),
            ]}
            onChange={(opening) => onChange({ opening })}
          />
          <SelectField
            label={t('cards.closing')}
            value={form.closing}
            options={[
              ...(form.closing ? [] : [{ value: '' as const, label: t('cards.none') }]),
              ...CLOSINGS.map((value) => ({ value, label: t(`cards.closings.${value}`) })),
            ]}
            onChange={(closing) => onChange({ closing })}
          />
        </div>
        <AreaField
          label={t('cards.entry')}
          hint={t('cards.perLine')}
          lang={language}
          maxLength={4_000}
          value={form.entry}
          onChange={(entry) => onChange({ entry })}
        />
        <AreaField
          label={t('cards.notes')}
          lang={language}
          value={form.notes}
          onChange={(notes) => onChange({ notes })}
        />
      </Fold>
      <Fold title={t('cards.locks')} count={form.locked.length}>
        <p className="text-meta text-ink-3">{t('cards.locksHint')}</p>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
          {LOCKABLE.map((field) => (
            <Tick
              key={field}
              label={t(`cards.lock.${field}`)}
              checked={form.locked.includes(field)}
              onChange={(on) => onChange({ locked: toggle(form.locked, field, on) })}
            />
          ))}
        </div>
      </Fold>
    </>
  );
}

const lines = (text: string): number =>
  text.split('\n').filter((line) => line.trim() !== '').length;

function Fold({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  return (
    <details>
      <summary className="text-ui target w-fit font-medium">
        {title}
        {count > 0 ? <span className="text-ink-3 figures ms-2 font-normal">{count}</span> : null}
      </summary>
      <div className="mt-2 flex flex-col gap-4">{children}</div>
    </details>
  );
}
