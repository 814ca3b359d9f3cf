import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useRunAct } from '../mutations';

const WHEN = ['step', 'now'] as const;

export function SteerForm({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation(['runs', 'common']);
  const [text, setText] = useState('');
  const [when, setWhen] = useState<'step' | 'now'>('step');
  const act = useRunAct(run);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate({ verb: 'steer', text: text.trim(), when }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('steerTitle')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('steerLabel')}>
          {(described) => (
            <textarea
              rows={2}
              autoFocus
              maxLength={2_000}
              className={controlLook}
              value={text}
              onChange={(event) => setText(event.target.value)}
              {...described}
            />
          )}
        </Field>
        <Choice
          label={t('steerWhen')}
          value={when}
          onChange={setWhen}
          options={WHEN.map((value) => ({
            value,
            label: value === 'now' ? t('steerNow') : t('steerStep'),
          }))}
        />
        {act.error ? <ProblemNote error={act.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!text.trim() || act.isPending}>
            {t('steerSend')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
