import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useRename } from '../mutations';

export function RenameDialog({ novel, onClose }: { novel: NovelRead; onClose: () => void }) {
  const { t } = useTranslation(['library', 'common']);
  const [title, setTitle] = useState(novel.title);
  const rename = useRename();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ id: novel.id, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('rename.title')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('rename.label')}>
          {(described) => (
            <input
              autoFocus
              lang={novel.language}
              maxLength={200}
              className={controlLook}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
              onFocus={(event) => event.target.select()}
              {...described}
            />
          )}
        </Field>
        {rename.error ? <ProblemNote error={rename.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!title.trim() || rename.isPending}>
            {t('rename.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
