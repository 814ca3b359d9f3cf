import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { Button } from '@/shared/ui/button';
import { controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { nameVersion } from '../api';
import type { Session } from '../session';

/** Keeps the text as it is now under a name of the author's. */
export function NameVersion({ session, scene }: { session: Session; scene: string }) {
  const { t } = useTranslation('write');
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [label, setLabel] = useState('');
  const name = useMutation({
    mutationFn: async () => {
      // The name belongs to what stands on the page, so that has to be on the server first.
      await session.autosave.flush();
      return nameVersion(scene, label.trim());
    },
    onSuccess: () => {
      setOpen(false);
      setLabel('');
      return client.invalidateQueries({ queryKey: keys.versions(scene) });
    },
  });
  if (!open) {
    return (
      <Button variant="link" className="text-meta mb-3" onClick={() => setOpen(true)}>
        {t('save.nameVersion')}
      </Button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (label.trim() !== '') name.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 pb-3">
      <input
        autoFocus
        value={label}
        maxLength={200}
        aria-label={t('versions.name')}
        placeholder={t('versions.name')}
        className={controlLook}
        onChange={(event) => setLabel(event.target.value)}
      />
      <div className="flex gap-2">
        <Button type="submit" size="small" disabled={name.isPending || label.trim() === ''}>
          {t('versions.nameSave')}
        </Button>
        <Button variant="quiet" size="small" onClick={() => setOpen(false)}>
          {t('versions.nameCancel')}
        </Button>
      </div>
      {name.error ? <ProblemNote error={name.error} /> : null}
    </form>
  );
}
