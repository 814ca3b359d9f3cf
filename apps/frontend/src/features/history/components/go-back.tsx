import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatDate } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { returning } from '../model';
import { previewQuery, useRollback } from '../queries';
import { useRevisionWords } from '../revision-words';

interface GoBackProps {
  readonly novel: string;
  readonly revision: number;
  readonly onClose: () => void;
}

/** What returns together and what of the author's would be hidden, before anything is done. */
export function GoBack({ novel, revision, onClose }: GoBackProps) {
  const { t, i18n } = useTranslation(['history', 'common']);
  const preview = useQuery(previewQuery(novel, revision));
  const back = useRollback(novel);
  const says = useRevisionWords();
  const parts = preview.data ? returning(preview.data) : [];
  const hides = (preview.data?.hides ?? []).filter((one) => one.actor === 'you');
  const go = () =>
    back.mutate(revision, {
      onSuccess: () => {
        toast(t('back.done', { number: revision }));
        onClose();
      },
    });
  return (
    <Dialog open onOpenChange={onClose} title={t('back.title', { number: revision })}>
      {preview.isPending ? <Waiting text={t('back.looking')} /> : null}
      {preview.error ? <ProblemNote error={preview.error} /> : null}
      {preview.data ? (
        <div className="text-ui flex flex-col gap-4">
          {parts.length === 0 ? (
            <p>{t('back.nothing')}</p>
          ) : (
            <div>
              <p className="font-medium">{t('back.returns')}</p>
              <ul className="text-ink-2 mt-1 list-disc ps-5">
                {parts.map(({ part, count }) => (
                  <li key={part}>{t(`back.${part}`, { count })}</li>
                ))}
              </ul>
            </div>
          )}
          {hides.length > 0 ? (
            <div>
              <p className="text-doubt">{t('back.hides', { count: hides.length })}</p>
              <ul className="text-meta text-ink-2 mt-1 max-h-40 overflow-y-auto">
                {hides.map((one) => (
                  <li key={one.revision}>
                    {`${says(one)} · ${formatDate(one.at, i18n.language)}`}
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
        </div>
      ) : null}
      {back.error ? <ProblemNote error={back.error} /> : null}
      <DialogActions>
        <Button variant="quiet" onClick={onClose}>
          {t('common:actions.cancel')}
        </Button>
        <Button variant="primary" disabled={parts.length === 0 || back.isPending} onClick={go}>
          {t('back.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
