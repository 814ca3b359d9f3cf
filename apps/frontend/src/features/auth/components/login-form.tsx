import { useForm } from 'react-hook-form';
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
  const form = useForm<LoginValues>({
    defaultValues: { login: login ?? '', password: '', remember: true },
  });
  const { errors } = form.formState;
  const needed = t('errors:field.required');
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => void form.handleSubmit(onSubmit)(event)}
    >
      <Field label={t('login.login')} error={errors.login ? needed : undefined}>
        {(described) => (
          <input
            className={controlLook}
            autoComplete="username"
            autoCapitalize="off"
            autoFocus={!login}
            {...described}
            {...form.register('login', { required: true })}
          />
        )}
      </Field>
      <Field label={t('login.password')} error={errors.password ? needed : undefined}>
        {(described) => (
          <PasswordInput
            autoComplete="current-password"
            autoFocus={Boolean(login)}
            {...described}
            {...form.register('password', { required: true })}
          />
        )}
      </Field>
      <label className="target text-ui text-ink-2 flex items-center gap-2">
        <input type="checkbox" className="accent-ink size-4" {...form.register('remember')} />
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
