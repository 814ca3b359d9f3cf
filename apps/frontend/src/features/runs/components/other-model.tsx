import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return;
    const { endpoint_id, model } = chosen;
    act.mutate({ verb: 'retry', model: { endpoint_id, model } }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('otherModel.title')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {models.error ? <ProblemNote error={models.error} /> : null}
        {models.data && chosen ? (
          <Field label={t('receipt.model')} hint={t('otherModel.hint')}>
            {(described) => (
              <Select
                value={keyOf(chosen)}
                options={models.data.map((model) => ({
                  value: keyOf(model),
                  label: model.demo
                    ? t('common:demo.model')
                    : `${model.provider_label} · ${model.model}`,
                }))}
                onValueChange={setKey}
                {...described}
              />
            )}
          </Field>
        ) : (
          <Waiting text={t('receipt.model')} />
        )}
        {act.error ? <ProblemNote error={act.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!chosen || act.isPending}>
            {t('act.retry')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
