import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice } from '@/shared/ui/choice';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { useRunAct } from '../mutations';

const WHEN = ['step', 'now'] as const;

export function SteerForm({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation(['runs', 'common']);
  const [text, setText] = useState('');
  const [when, setWhen] = useState<'step' | 'now'>('step');
  const act = useRunAct(run);
  const submit = () => {
    act.mutate({ verb: 'steer', text: text.trim(), when }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t('steerTitle')}
      submit={t('steerSend')}
      ready={text.trim() !== ''}
      pending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <AreaField
        label={t('steerLabel')}
        rows={2}
        autoFocus
        maxLength={2_000}

        value={text}
        onChange={setText}
      />
      <Choice
        label={t('steerWhen')}
        value={when}
        onChange={setWhen}
        options={WHEN.map((value) => ({
          value,
          label: value === 'now' ? t('steerNow') : t('steerStep'),
        }))}
      />
    </FormDialog>
  );
}
