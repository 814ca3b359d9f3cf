import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, problemOf } from '@/shared/api/problems';
import { localeOf } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { type SetupValues, useGuest, useSetup } from '../mutations';

interface SetupFormProps {
  needsCode: boolean;
  guestAllowed: boolean;
  onDone: () => void;
}

const SHORTEST_PASSWORD = 12;

const FIELD_WORDS = [
  'required',
  'invalid',
  'taken',
  'too_short',
  'too_long',
  'odd_characters',
  'common',
  'personal',
] as const;

export function SetupForm({ needsCode, guestAllowed, onDone }: SetupFormProps) {
  const { t, i18n } = useTranslation(['auth', 'errors']);
  const setup = useSetup(localeOf(i18n.language));
  const guest = useGuest(localeOf(i18n.language));
  const [wrong, setWrong] = useState<Partial<Record<keyof SetupValues, string>>>({});
  const problem = setup.error ? problemOf(setup.error) : null;

  const words = (code: string | undefined): string | undefined => {
    if (!code) return undefined;
    const known = FIELD_WORDS.find((word) => word === code);
    return t(`errors:field.${known ?? 'invalid'}`);
  };
  const serverCode = (field: keyof SetupValues): string | undefined => {
    if (!problem) return undefined;
    if (field === 'password' && problem.code === 'weak-password') {
      return String(problem.params?.reason ?? 'invalid');
    }
    return fieldError(problem, field);
  };
  const errorOf = (field: keyof SetupValues) => words(wrong[field]) ?? words(serverCode(field));
  const shownAtField = (['name', 'password', 'email', 'code'] as const).some(serverCode);
  const busy = setup.isPending || guest.isPending;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (field: keyof SetupValues) => String(form.get(field) ?? '');
    const values: SetupValues = {
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
    if (Object.keys(found).length === 0) setup.mutate(values, { onSuccess: onDone });
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
      {setup.error && !shownAtField ? <ProblemNote error={setup.error} /> : null}
      {guest.error ? <ProblemNote error={guest.error} /> : null}
      <div className="mt-4 flex flex-col items-start gap-6">
        <Button type="submit" variant="primary" size="large" disabled={busy}>
          {setup.isPending ? t('setup.working') : t('setup.submit')}
        </Button>
        {guestAllowed ? (
          <Button
            variant="link"
            disabled={busy}
            onClick={() => guest.mutate(undefined, { onSuccess: onDone })}
          >
            {guest.isPending ? t('setup.guestWorking') : t('setup.guest')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
