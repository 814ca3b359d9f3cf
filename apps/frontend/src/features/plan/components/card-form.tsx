import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodexEntry } from '@/shared/api/types';
import { AreaField, SelectField, TextField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { CARD_FIELDS, OUTCOMES, type SceneCard } from '../model';
import { formOf, wishOf, type CardFormState } from '../card-wish';
import { useUpdateCard } from '../queries';
import { CardMore } from './card-more';

interface CardFormProps {
  novel: string;
  language: string;
  card: SceneCard;
  entries: readonly CodexEntry[];
  onClose: () => void;
}

/** A scene card; what is saved here is what the next draft is written from. */
export function CardForm({ novel, language, card, entries, onClose }: CardFormProps) {
  const { t } = useTranslation('plan');
  const [form, setForm] = useState(() => formOf(card));
  const set = (change: Partial<CardFormState>) => setForm({ ...form, ...change });
  const update = useUpdateCard(novel, card.scene_id);
  const submit = () => update.mutate(wishOf(form, card), { onSuccess: onClose });
  const named = (kinds: readonly string[], chosen: string) => [
    // What was said once can be changed, not unsaid.
    ...(chosen ? [] : [{ value: '', label: t('cards.none') }]),
    ...entries
      .filter((entry) => kinds.includes(entry.kind) || entry.id === chosen)
      .map((entry) => ({ value: entry.id, label: entry.name })),
  ];
  return (
    <FormDialog
      wide
      title={t('cards.editTitle')}
      pending={update.isPending}
      error={update.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {CARD_FIELDS.map((field, index) => (
        <AreaField
          key={field}
          autoFocus={index === 0}
          label={t(`cards.${field}`)}
          lang={language}
          value={form[field]}
          onChange={(value) => set({ [field]: value })}
        />
      ))}
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('cards.outcome')}
          value={form.outcome}
          options={[
            ...(card.outcome ? [] : [{ value: '' as const, label: t('cards.none') }]),
            ...OUTCOMES.map((value) => ({ value, label: t(`cards.outcomes.${value}`) })),
          ]}
          onChange={(outcome) => set({ outcome })}
        />
        <TextField
          label={t('cards.budget')}
          type="number"
          min={100}
          step={50}
          value={form.word_budget}
          onChange={(word_budget) => set({ word_budget })}
        />
        <SelectField
          label={t('cards.pov')}
          value={form.pov_id}
          options={named(['character', 'person'], card.pov_id ?? '')}
          onChange={(pov_id) => set({ pov_id })}
        />
        <SelectField
          label={t('cards.place')}
          value={form.place_id}
          options={named(['place', 'location'], card.place_id ?? '')}
          onChange={(place_id) => set({ place_id })}
        />
      </div>
      <CardMore form={form} language={language} entries={entries} onChange={set} />
    </FormDialog>
  );
}
