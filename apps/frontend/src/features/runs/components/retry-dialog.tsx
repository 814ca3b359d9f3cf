import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useRunAct } from '../mutations';

/** A step, and the run of the family that it belongs to. */
export interface StepPlace {
  readonly run: string;
  readonly step: string;
  readonly name: string;
}

/** Says what is done and paid again before a step is tried again. */
export function RetryDialog({
  root,
  place,
  onClose,
}: {
  root: string;
  place: StepPlace;
  onClose: () => void;
}) {
  const { t } = useTranslation(['runs', 'common']);
  const act = useRunAct(root);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('again.title', { step: place.name })}
      description={t('again.text')}
    >
      {act.error ? <ProblemNote error={act.error} /> : null}
      <DialogActions>
        <Button variant="quiet" onClick={onClose}>
          {t('common:actions.cancel')}
        </Button>
        <Button
          variant="primary"
          disabled={act.isPending}
          onClick={() =>
            act.mutate({ verb: 'retry', run: place.run, step: place.step }, { onSuccess: onClose })
          }
        >
          {t('again.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
