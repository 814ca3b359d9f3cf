import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { TextField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { useRename } from '../mutations';

export function RenameDialog({ novel, onClose }: { novel: NovelRead; onClose: () => void }) {
  const { t } = useTranslation(['library', 'common']);
  const [title, setTitle] = useState(novel.title);
  const rename = useRename();
  const submit = () => {
    rename.mutate({ id: novel.id, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t('rename.title')}
      submit={t('rename.save')}
      ready={title.trim() !== ''}
      pending={rename.isPending}
      error={rename.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('rename.label')}
        autoFocus
        lang={novel.language}
        maxLength={200}

        value={title}
        onChange={setTitle}
        onFocus={(event) => event.target.select()}
      />
    </FormDialog>
  );
}
