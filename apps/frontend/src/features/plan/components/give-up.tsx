import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePromiseAct } from '../promise-queries';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';

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
  const submit = () => {
    act.mutate(
      { do: 'edit', id: promise, promise: { abandon: because.trim() } },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog
      title={t('abandonTitle')}
      description={t('abandonText')}
      submit={t('abandonGo')}
      ready={because.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <AreaField
        label={t('because')}
        autoFocus
        rows={2}
        maxLength={600}
        lang={language}

        value={because}
        onChange={setBecause}
      />
    </FormDialog>
  );
}
