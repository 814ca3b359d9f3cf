import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRunVerbs } from '../mutations';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';

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
  const submit = () => {
    steer.mutate(text.trim(), { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t('live.steer.title')}
      description={t('live.steer.hint')}
      submit={t('live.steer.send')}
      ready={text.trim() !== ''}
      pending={steer.isPending}
      error={steer.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <AreaField
        label={t('live.steer.label')}
        rows={2}
        autoFocus
        maxLength={2_000}

        placeholder={t('live.steer.placeholder')}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  );
}
