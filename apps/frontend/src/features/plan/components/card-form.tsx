import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { CARD_FIELDS, type SceneCard } from '../model';
import { useUpdateCard } from '../queries';

interface CardFormProps {
  novel: string;
  language: string;
  card: SceneCard;
  onClose: () => void;
}

/** The sentences of a scene card; what is saved here is what the next draft is written from. */
export function CardForm({ novel, language, card, onClose }: CardFormProps) {
  const { t } = useTranslation(['plan', 'common']);
  const [values, setValues] = useState(() =>
    Object.fromEntries(CARD_FIELDS.map((field) => [field, card[field]])),
  );
  const update = useUpdateCard(novel, card.scene_id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(values, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('cards.editTitle')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {CARD_FIELDS.map((field) => (
          <Field key={field} label={t(`cards.${field}`)}>
            {(described) => (
              <textarea
                rows={2}
                maxLength={2_000}
                lang={language}
                className={controlLook}
                value={values[field]}
                onChange={(event) => setValues({ ...values, [field]: event.target.value })}
                {...described}
              />
            )}
          </Field>
        ))}
        {update.error ? <ProblemNote error={update.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={update.isPending}>
            {t('common:actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
