import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useProviderTest, useRemoveProvider, useReplaceKey } from '../mutations';
import { ModelFigures } from './model-figures';
import { TestLines } from './test-lines';

interface ProviderLineProps {
  provider: ProviderRead;
  /** Tests by itself once: the provider was connected a moment ago. */
  fresh: boolean;
}

export function ProviderLine({ provider, fresh }: ProviderLineProps) {
  const { t } = useTranslation(['models', 'common']);
  const test = useProviderTest(provider.id);
  const remove = useRemoveProvider();
  const [dialog, setDialog] = useState<'key' | 'remove' | null>(null);
  const tested = useRef(false);
  const { mutate: runTest } = test;
  useEffect(() => {
    if (!fresh || tested.current) return;
    tested.current = true;
    runTest();
  }, [fresh, runTest]);
  const facts = [
    provider.local ? t('providers.local') : null,
    provider.base_url,
    provider.has_key
      ? t('providers.keyEnds', { last4: provider.key_last4 })
      : provider.local
        ? null
        : t('providers.noKey'),
    t('providers.models', { count: provider.models.length }),
  ].filter(Boolean);
  return (
    <li className="py-3">
      <span className="text-ui font-medium">{provider.label}</span>
      <p className="text-meta text-ink-2 break-words">{facts.join(' · ')}</p>
      <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        <Button variant="link" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? t('providers.testing') : t('providers.test')}
        </Button>
        <Button variant="link" onClick={() => setDialog('key')}>
          {t('providers.key')}
        </Button>
        <Button variant="link" className="text-del" onClick={() => setDialog('remove')}>
          {t('providers.remove')}
        </Button>
      </div>
      {test.error ? <ProblemNote error={test.error} /> : null}
      {test.data ? <TestLines test={test.data} /> : null}
      <ModelFigures provider={provider.id} />
      {dialog === 'key' ? (
        <KeyDialog provider={provider} onClose={() => setDialog(null)} onDone={runTest} />
      ) : null}
      <Dialog
        open={dialog === 'remove'}
        onOpenChange={() => setDialog(null)}
        title={t('providers.removeTitle', { label: provider.label })}
        description={t('providers.removeText')}
      >
        {remove.error ? <ProblemNote error={remove.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={() => setDialog(null)}>
            {t('common:actions.cancel')}
          </Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(provider.id)}
          >
            {t('common:actions.delete')}
          </Button>
        </DialogActions>
      </Dialog>
    </li>
  );
}

interface KeyDialogProps {
  provider: ProviderRead;
  onClose: () => void;
  onDone: () => void;
}

function KeyDialog({ provider, onClose, onDone }: KeyDialogProps) {
  const { t } = useTranslation(['models', 'common']);
  const [key, setKey] = useState('');
  const replace = useReplaceKey(provider.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace.mutate(key.trim(), {
      onSuccess: () => {
        onClose();
        onDone();
      },
    });
  };
  return (
    <Dialog open onOpenChange={onClose} title={provider.label}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('connect.key')} hint={t('connect.keyHint')}>
          {(described) => (
            <PasswordInput
              autoComplete="off"
              autoFocus
              value={key}
              onChange={(event) => setKey(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {replace.error ? <ProblemNote error={replace.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!key.trim() || replace.isPending}>
            {t('common:actions.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
