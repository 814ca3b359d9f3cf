import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import type { Moment } from '../moments';
import { entriesQuery, useMerge } from '../queries';
import type { Entry } from '../types';

interface MergeDialogProps {
  readonly novel: string;
  readonly entry: Pick<Entry, 'id' | 'name' | 'kind'>;
  readonly moment: Moment;
  /** The entry that was named as the same one already. */
  readonly into?: string | undefined;
  readonly onClose: () => void;
}

/** Two entries that are one: what would move and what would clash is shown before anything moves. */
export function MergeDialog({ novel, entry, moment, into: named, onClose }: MergeDialogProps) {
  const { t } = useTranslation(['world', 'common']);
  const navigate = useNavigate();
  const entries = useQuery(entriesQuery(novel, moment));
  const merge = useMerge(novel, entry.id);
  const [into, setInto] = useState(named ?? '');
  const others = (entries.data ?? []).filter(
    (one) => one.id !== entry.id && one.kind === entry.kind,
  );
  const { mutate } = merge;
  useEffect(() => {
    if (named) mutate({ into: named, preview: true });
  }, [named, mutate]);
  const preview = merge.variables?.preview ? merge.data : undefined;
  const choose = (next: string) => {
    setInto(next);
    if (next !== '') merge.mutate({ into: next, preview: true });
  };
  const apply = () =>
    merge.mutate(
      { into, preview: false },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/n/$novel/world/{-$entry}', params: { novel, entry: into } });
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('merge.title', { name: entry.name })}
      description={t('merge.text')}
    >
      <Field label={t('merge.into')}>
        {(described) => (
          <Select
            value={into}
            options={[
              { value: '', label: t('fact.choose') },
              ...others.map((one) => ({ value: one.id, label: one.name })),
            ]}
            onValueChange={choose}
            {...described}
          />
        )}
      </Field>
      {preview && into !== '' ? (
        <div role="status" className="text-ui flex flex-col gap-2">
          <p>{t('merge.moves', { ...preview.moved })}</p>
          {preview.clashes.length > 0 ? (
            <>
              <p className="text-doubt">{t('merge.clashes', { count: preview.clashes.length })}</p>
              <ul className="text-ui text-ink-2 list-disc ps-5">
                {preview.clashes.map((clash) => (
                  <li key={clash.fact.id}>{`${clash.fact.text} / ${clash.against.text}`}</li>
                ))}
              </ul>
            </>
          ) : null}
        </div>
      ) : null}
      {merge.error ? <ProblemNote error={merge.error} text={t('unchanged')} /> : null}
      <DialogActions>
        <Button variant="quiet" onClick={onClose}>
          {t('common:actions.cancel')}
        </Button>
        <Button variant="primary" disabled={!preview || merge.isPending} onClick={apply}>
          {t('merge.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
