import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/shared/api/keys';
import { answerLogin, useSession } from '@/shared/api/session';
import type { Me } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useLoginInPlace, useStepUp } from '../mutations';
import { LoginForm } from './login-form';

/** Stands over the page when the session has ended; the page and its text stay as they are. */
export function LoginDialog() {
  const { t } = useTranslation('auth');
  const open = useSession((state) => state.expired);
  const me = useQueryClient().getQueryData<Me | null>(keys.me());
  const login = useLoginInPlace();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : answerLogin(false))}
      title={t('again.title')}
      description={t('again.text')}
    >
      <LoginForm
        login={me?.name}
        pending={login.isPending}
        error={login.error}
        submitLabel={t('again.submit')}
        onSubmit={(values) => login.mutate(values)}
      />
    </Dialog>
  );
}

/** Asks for the password once more before keys and money are touched. */
export function StepUpDialog() {
  const { t } = useTranslation('auth');
  const { t: common } = useTranslation();
  const open = useSession((state) => state.stepUp);
  const [password, setPassword] = useState('');
  const stepUp = useStepUp();
  const leave = (again: boolean) => {
    setPassword('');
    stepUp.reset();
    answerLogin(again);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    stepUp.mutate(password, { onSuccess: () => setPassword('') });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : leave(false))}
      title={t('stepUp.title')}
      description={t('stepUp.text')}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('login.password')}>
          {(described) => (
            <PasswordInput
              autoComplete="current-password"
              autoFocus
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {stepUp.error ? <ProblemNote error={stepUp.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={() => leave(false)}>
            {common('actions.cancel')}
          </Button>
          <Button type="submit" variant="primary" disabled={!password || stepUp.isPending}>
            {t('stepUp.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
