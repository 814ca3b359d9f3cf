import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRead } from '@/shared/api/types';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { SelectField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { useRunAct } from '../mutations';
import { modelsQuery } from '../queries';

const keyOf = (model: ModelRead) => `${model.endpoint_id} ${model.model}`;

/** Tries a run again with a model of the author's choice, for this run alone. */
export function OtherModel({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation(['runs', 'common']);
  const models = useQuery(modelsQuery);
  const act = useRunAct(run);
  const [key, setKey] = useState('');
  const chosen = models.data?.find((model) => keyOf(model) === key) ?? models.data?.[0];
  const submit = () => {
    if (!chosen) return;
    const { endpoint_id, model } = chosen;
    act.mutate({ verb: 'retry', model: { endpoint_id, model } }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t('otherModel.title')}
      submit={t('act.retry')}
      ready={chosen !== undefined}
      pending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {models.error ? <ProblemNote error={models.error} /> : null}
      {models.data && chosen ? (
        <SelectField
          label={t('receipt.model')}
          hint={t('otherModel.hint')}
          value={keyOf(chosen)}
          options={models.data.map((model) => ({
            value: keyOf(model),
            label: model.demo ? t('common:demo.model') : `${model.provider_label} · ${model.model}`,
          }))}
          onChange={setKey}
        />
      ) : (
        <Waiting text={t('receipt.model')} />
      )}
    </FormDialog>
  );
}
