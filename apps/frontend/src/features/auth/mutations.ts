import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';
import { answerLogin, useSession } from '@/shared/api/session';
import type { Locale } from '@/shared/i18n/setup';
import type { Me } from '@/shared/api/types';

/** After any sign-in the cache may hold nothing of the user before. */
function useSignedIn() {
  const client = useQueryClient();
  return (me: Me) => {
    useSession.setState({ known: true });
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'bootstrap' });
    client.setQueryData(keys.me(), me);
    void client.invalidateQueries({ queryKey: keys.bootstrap() });
  };
}

export interface AccountValues {
  name: string;
  password: string;
  email: string;
  code: string;
}

function accountBody({ name, password, email }: AccountValues, locale: Locale) {
  return { name, password, locale, ...(email ? { email } : {}) };
}

export function useSetup(locale: Locale) {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (values: AccountValues) =>
      body(
        api.POST('/api/v1/setup', {
          body: { ...accountBody(values, locale), ...(values.code ? { code: values.code } : {}) },
        }),
      ),
    onSuccess,
  });
}

/** A further account, where the operator lets people make their own. */
export function useRegister(locale: Locale) {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (values: AccountValues) =>
      body(api.POST('/api/v1/auth/register', { body: accountBody(values, locale) })),
    onSuccess,
  });
}

/** A guest takes a name and a password; the books stay. */
export function useClaim(locale: Locale) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: AccountValues) =>
      body(api.POST('/api/v1/auth/claim', { body: accountBody(values, locale) })),
    onSuccess: (me) => client.setQueryData(keys.me(), me),
  });
}

export function useForgot() {
  return useMutation({
    mutationFn: (login: string) => body(api.POST('/api/v1/auth/forgot', { body: { login } })),
  });
}

/** Spends the token of a link; every session of the account ends, this browser's included. */
export function useReset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: { token: string; password: string }) =>
      body(api.POST('/api/v1/auth/reset', { body: given })),
    onSuccess: () => {
      useSession.setState({ known: false });
      client.setQueryData(keys.me(), null);
    },
  });
}

export function useGuest(locale: Locale) {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: () => body(api.POST('/api/v1/auth/guest', { body: { locale } })),
    onSuccess,
  });
}

export interface LoginValues {
  login: string;
  password: string;
  remember: boolean;
}

export function useLogin() {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (values: LoginValues) => body(api.POST('/api/v1/auth/login', { body: values })),
    onSuccess,
  });
}

/** Signs the same user in again without touching the cache: the page below goes on as it was. */
export function useLoginInPlace() {
  return useMutation({
    mutationFn: (values: LoginValues) => body(api.POST('/api/v1/auth/login', { body: values })),
    onSuccess: () => answerLogin(true),
  });
}

export function useStepUp() {
  return useMutation({
    mutationFn: (password: string) =>
      body(api.POST('/api/v1/auth/step-up', { body: { password } })),
    onSuccess: () => answerLogin(true),
  });
}
