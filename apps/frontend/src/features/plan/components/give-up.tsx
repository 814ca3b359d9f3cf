import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { usePromiseAct } from '../promise-queries';

interface GiveUpProps {
  readonly novel: string;
  readonly language: string;
  readonly promise: string;
  readonly onClose: () => void;
}

/** A promise is given up with a reason, so that nobody wonders later. */
export function GiveUp({ novel, language, promise, onClose }: GiveUpProps) {
  const { t } = useTranslation(['promises', 'common']);
  const [because, setBecause] = useState('');
  const act = usePromiseAct(novel);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(
      { do: 'edit', id: promise, promise: { abandon: because.trim() } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('abandonTitle')} description={t('abandonText')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('because')}>
          {(described) => (
            <textarea
              autoFocus
              rows={2}
              maxLength={600}
              lang={language}
              className={controlLook}
              value={because}
              onChange={(event) => setBecause(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {act.error ? <ProblemNote error={act.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={because.trim() === '' || act.isPending}>
            {t('abandonGo')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
