import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { FormDialog } from '@/shared/ui/form-dialog';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { askLock, lockQuery } from '../queries';
import type { Stage } from '../types';
import { Gaps, showField } from './gaps';

interface LockDialogProps {
  readonly novel: string;
  readonly stage: Stage;
  readonly onClose: () => void;
}

/** What locking a stage writes into the world and the plan; what is missing is named instead. */
export function LockDialog({ novel, stage, onClose }: LockDialogProps) {
  const { t, i18n } = useTranslation('concept');
  const client = useQueryClient();
  const preview = useQuery(lockQuery(novel, stage));
  const lock = useMutation({
    mutationFn: () => askLock(novel, stage),
    onSuccess: () => {
      toast(t('lock.done', { stage: t(`stages.${stage}`) }));
      onClose();
      return client.invalidateQueries({ queryKey: keys.novel(novel) });
    },
  });
  const missing = preview.data?.missing ?? [];
  const kept = preview.data?.kept ?? [];
  const issues = preview.data?.issues ?? [];
  const writes = Object.entries(preview.data?.will_write ?? {}).filter(([, count]) => count > 0);
  const kinds = writes.map(([kind, count]) =>
    i18n.exists(`lock.kinds.${kind}_other`, { ns: 'concept' })
      ? t(`lock.kinds.${kind}` as 'lock.kinds.places', { count })
      : t('lock.kinds.others', { count }),
  );
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const isReady = preview.isSuccess && missing.length === 0 && issues.length === 0;
  return (
    <FormDialog
      title={t('lock.title', { stage: t(`stages.${stage}`) })}
      description={t('lock.text')}
      submit={t('lock.go')}
      ready={isReady}
      pending={lock.isPending}
      error={lock.error}
      onSubmit={() => lock.mutate()}
      onClose={onClose}
    >
      {preview.isPending ? <Waiting text={t('lock.looking')} /> : null}
      {preview.error ? (
        <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
      ) : null}
      {missing.length > 0 ? (
        <div>
          <p className="text-ui font-medium">{t('lock.missing')}</p>
          <Gaps
            stage={stage}
            missing={missing}
            onField={(name) => {
              onClose();
              // The dialog gives its focus back first.
              setTimeout(() => showField(stage, name), 50);
            }}
          />
        </div>
      ) : null}
      {issues.length > 0 ? (
        <div>
          <p className="text-ui font-medium">{t('lock.issues')}</p>
          <ul className="text-ui text-doubt mt-1 list-disc ps-5">
            {issues.map((issue) => (
              <li key={`${issue.code}/${issue.where}/${issue.text}`}>{issue.text}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {kept.length > 0 ? (
        <p className="text-meta text-ink-2">
          {t('lock.kept', { what: list.format(kept.map((one) => one.title)) })}
        </p>
      ) : null}
      {isReady ? (
        <p className="text-ui">
          {kinds.length > 0 ? t('lock.writes', { what: list.format(kinds) }) : t('lock.same')}
        </p>
      ) : null}
    </FormDialog>
  );
}
