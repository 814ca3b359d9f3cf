import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery, meQuery } from '@/shared/api/system-queries';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { PRESETS } from '../model';
import { useConnect } from '../mutations';

interface ConnectFormProps {
  /** Whether an Ollama is connected already; then a found one is not offered again. */
  hasOllama: boolean;
  onConnected: (provider: string) => void;
}

export function ConnectForm({ hasOllama, onConnected }: ConnectFormProps) {
  const { t } = useTranslation('models');
  const { data: bootstrap } = useQuery(bootstrapQuery);
  const [preset, setPreset] = useState(PRESETS[0]);
  const [baseUrl, setBaseUrl] = useState(PRESETS[0]?.baseUrl ?? '');
  const [label, setLabel] = useState(PRESETS[0]?.name ?? '');
  const [key, setKey] = useState('');
  const connect = useConnect(onConnected);
  const { data: me } = useQuery(meQuery);
  // Only the operator may let the studio call a server on its own computer.
  const operates = me?.permissions.includes('operate') ?? false;
  const presets = operates ? PRESETS : PRESETS.filter((item) => !item.local);
  const found = bootstrap?.detected.find((item) => item.provider === 'ollama');

  const choose = (id: string) => {
    const next = PRESETS.find((item) => item.id === id);
    if (!next) return;
    setPreset(next);
    setBaseUrl(next.baseUrl ?? '');
    setLabel(next.name);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate({
      kind: preset?.kind ?? 'openai_compatible',
      label: label.trim(),
      baseUrl: baseUrl.trim(),
      key: key.trim(),
    });
    setKey('');
  };
  return (
    <form onSubmit={submit} className="flex max-w-lg flex-col gap-4">
      {found && operates && !hasOllama ? (
        <p className="text-ui text-ink-2">
          {t('connect.detected', { models: found.models.slice(0, 3).join(', ') })}{' '}
          <Button
            variant="link"
            disabled={connect.isPending}
            onClick={() =>
              connect.mutate({ kind: 'ollama', label: 'Ollama', baseUrl: found.base_url, key: '' })
            }
          >
            {t('connect.detectedUse')}
          </Button>
        </p>
      ) : null}
      <Field label={t('connect.preset')} hint={t('connect.hosted')}>
        {(described) => (
          <Select
            value={preset?.id ?? ''}
            options={presets.map(({ id, name }) => ({ value: id, label: name }))}
            onValueChange={choose}
            {...described}
          />
        )}
      </Field>
      <Field label={t('connect.label')}>
        {(described) => (
          <input
            className={controlLook}
            value={label}
            maxLength={120}
            onChange={(event) => setLabel(event.target.value)}
            {...described}
          />
        )}
      </Field>
      {preset?.baseUrl ? (
        <Field label={t('connect.url')} hint={t('connect.urlHint')}>
          {(described) => (
            <input
              type="url"
              className={controlLook}
              value={baseUrl}
              spellCheck={false}
              onChange={(event) => setBaseUrl(event.target.value)}
              {...described}
            />
          )}
        </Field>
      ) : null}
      <Field
        label={t('connect.key')}
        hint={preset?.local ? t('connect.keyLocal') : t('connect.keyHint')}
      >
        {(described) => (
          <PasswordInput
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            {...described}
          />
        )}
      </Field>
      {connect.error ? <ProblemNote error={connect.error} /> : null}
      <Button
        type="submit"
        variant="primary"
        className="self-start"
        disabled={!label.trim() || connect.isPending}
      >
        {connect.isPending ? t('connect.working') : t('connect.submit')}
      </Button>
    </form>
  );
}
