import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import type { RunRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { askRevert } from '../mutations';
import { goesBack, stays } from '../reverts';

/** What a run changed goes back as a set, after a look at what that is and what stays. */
export function RevertDialog({ run, onClose }: { run: RunRead; onClose: () => void }) {
  const { t } = useTranslation(['runs', 'common']);
  const client = useQueryClient();
  const preview = useQuery({
    queryKey: [...keys.run(run.id), 'revert'] as const,
    queryFn: () => askRevert(run.id, true),
    gcTime: 0,
  });
  const revert = useMutation({
    mutationFn: () => askRevert(run.id, false),
    onSuccess: () => {
      toast(t('revert.done'));
      onClose();
      // Text, world and plan change together: all that is known of the book is asked for anew.
      for (const queryKey of [['novel', run.novel_id], ['chapter'], ['scene'], keys.novels()]) {
        void client.invalidateQueries({ queryKey });
      }
    },
  });
  const parts = goesBack(preview.data?.returns);
  const kept = stays(preview.data?.conflicts);
  return (
    <Dialog open onOpenChange={onClose} title={t('revert.title')} description={t('revert.text')}>
      {preview.isPending ? <Waiting text={t('revert.looking')} /> : null}
      {preview.error ? <ProblemNote error={preview.error} /> : null}
      {preview.data ? (
        <div className="text-ui flex flex-col gap-3">
          {parts.length === 0 ? (
            <p>{t('revert.nothing')}</p>
          ) : (
            <div>
              <p className="font-medium">{t('revert.returns')}</p>
              <ul className="text-ink-2 mt-1 list-disc ps-5">
                {parts.map(({ kind, count }) => (
                  <li key={kind}>{t(`revert.kinds.${kind}`, { count })}</li>
                ))}
              </ul>
            </div>
          )}
          {kept > 0 ? <p className="text-doubt">{t('revert.stays', { count: kept })}</p> : null}
        </div>
      ) : null}
      {revert.error ? <ProblemNote error={revert.error} /> : null}
      <DialogActions>
        <Button variant="quiet" onClick={onClose}>
          {t('common:actions.cancel')}
        </Button>
        <Button
          variant="primary"
          disabled={parts.length === 0 || revert.isPending}
          onClick={() => revert.mutate()}
        >
          {t('revert.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
