import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { SHORTEST_PASSWORD, useFieldWords } from '../field-words';
import type { AccountValues } from '../mutations';

interface AccountFormProps {
  submitLabel: string;
  workingLabel: string;
  pending: boolean;
  error: unknown;
  needsCode?: boolean;
  onSubmit: (values: AccountValues) => void;
  /** What else can be done here, beneath the button. */
  children?: ReactNode;
}

/** Name, password and an optional e-mail: what every new account is made of. */
export function AccountForm({
  submitLabel,
  workingLabel,
  pending,
  error,
  needsCode = false,
  onSubmit,
  children,
}: AccountFormProps) {
  const { t } = useTranslation('auth');
  const words = useFieldWords();
  const [wrong, setWrong] = useState<Partial<Record<keyof AccountValues, string>>>({});
  const problem = error ? problemOf(error) : null;

  const serverCode = (field: keyof AccountValues): string | undefined => {
    if (!problem) return undefined;
    if (field === 'password' && problem.code === 'weak-password') {
      return String(problem.params?.reason ?? 'invalid');
    }
    if (field === 'name' && problem.code === 'name-taken') return 'taken';
    return fieldError(problem, field);
  };
  const errorOf = (field: keyof AccountValues) => words(wrong[field]) ?? words(serverCode(field));
  const shownAtField = (['name', 'password', 'email', 'code'] as const).some(serverCode);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (field: keyof AccountValues) => String(form.get(field) ?? '');
    const values: AccountValues = {
      name: read('name').trim(),
      password: read('password'),
      email: read('email').trim(),
      code: read('code').trim(),
    };
    const found: typeof wrong = {};
    if (!values.name) found.name = 'required';
    if (!values.password) found.password = 'required';
    else if (values.password.length < SHORTEST_PASSWORD) found.password = 'too_short';
    if (needsCode && !values.code) found.code = 'required';
    setWrong(found);
    if (Object.keys(found).length === 0) onSubmit(values);
  };

  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <Field label={t('setup.name')} error={errorOf('name')}>
        {(described) => (
          <input
            className={controlLook}
            autoComplete="username"
            autoFocus
            {...described}
            name="name"
          />
        )}
      </Field>
      <Field label={t('setup.password')} hint={t('setup.passwordHint')} error={errorOf('password')}>
        {(described) => (
          <PasswordInput autoComplete="new-password" {...described} name="password" />
        )}
      </Field>
      <Field label={t('setup.email')} hint={t('setup.emailHint')} error={errorOf('email')}>
        {(described) => (
          <input
            type="email"
            className={controlLook}
            autoComplete="email"
            {...described}
            name="email"
          />
        )}
      </Field>
      {needsCode ? (
        <Field label={t('setup.code')} hint={t('setup.codeHint')} error={errorOf('code')}>
          {(described) => (
            <input
              className={controlLook}
              autoComplete="one-time-code"
              {...described}
              name="code"
            />
          )}
        </Field>
      ) : null}
      {error && !shownAtField ? <ProblemNote error={error} /> : null}
      <div className="mt-4 flex flex-col items-start gap-6">
        <Button type="submit" variant="primary" size="large" disabled={pending}>
          {pending ? workingLabel : submitLabel}
        </Button>
        {children}
      </div>
    </form>
  );
}
