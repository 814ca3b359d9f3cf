import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useRunVerbs } from '../mutations';

interface SteerDialogProps {
  run: string;
  /** What stands in the field at first. */
  initial: string;
  onClose: () => void;
}

export function SteerDialog({ run, initial, onClose }: SteerDialogProps) {
  const { t } = useTranslation(['start', 'common']);
  const [text, setText] = useState(initial);
  const { steer } = useRunVerbs(run);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    steer.mutate(text.trim(), { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('live.steer.title')}
      description={t('live.steer.hint')}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('live.steer.label')}>
          {(described) => (
            <textarea
              rows={2}
              autoFocus
              maxLength={2_000}
              className={controlLook}
              placeholder={t('live.steer.placeholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {steer.error ? <ProblemNote error={steer.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!text.trim() || steer.isPending}>
            {t('live.steer.send')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
