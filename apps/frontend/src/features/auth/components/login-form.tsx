import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { LoginValues } from '../mutations';

interface LoginFormProps {
  pending: boolean;
  error: unknown;
  submitLabel: string;
  /** The name of the user who was signed in, when the form stands over a page. */
  login?: string;
  onSubmit: (values: LoginValues) => void;
}

export function LoginForm({ pending, error, submitLabel, login, onSubmit }: LoginFormProps) {
  const { t } = useTranslation(['auth', 'errors']);
  const [missing, setMissing] = useState({ login: false, password: false });
  const needed = t('errors:field.required');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const values: LoginValues = {
      login: String(form.get('login') ?? '').trim(),
      password: String(form.get('password') ?? ''),
      remember: form.get('remember') === 'on',
    };
    setMissing({ login: !values.login, password: !values.password });
    if (values.login && values.password) onSubmit(values);
  };
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <Field label={t('login.login')} error={missing.login ? needed : undefined}>
        {(described) => (
          <input
            className={controlLook}
            autoComplete="username"
            autoCapitalize="off"
            autoFocus={!login}
            {...described}
            name="login"
            defaultValue={login}
          />
        )}
      </Field>
      <Field label={t('login.password')} error={missing.password ? needed : undefined}>
        {(described) => (
          <PasswordInput
            autoComplete="current-password"
            autoFocus={Boolean(login)}
            {...described}
            name="password"
          />
        )}
      </Field>
      <label className="target text-ui text-ink-2 flex items-center gap-2">
        <input type="checkbox" className="accent-ink size-4" name="remember" defaultChecked />
        {t('login.remember')}
      </label>
      {error ? <ProblemNote error={error} /> : null}
      <Button
        type="submit"
        variant="primary"
        size="large"
        disabled={pending}
        className="mt-4 self-start"
      >
        {pending ? t('login.working') : submitLabel}
      </Button>
    </form>
  );
}
