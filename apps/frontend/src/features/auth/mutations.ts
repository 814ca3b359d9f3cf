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

export interface SetupValues {
  name: string;
  password: string;
  email: string;
  code: string;
}

export function useSetup(locale: Locale) {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (values: SetupValues) =>
      body(
        api.POST('/api/v1/setup', {
          body: {
            name: values.name,
            password: values.password,
            locale,
            ...(values.email ? { email: values.email } : {}),
            ...(values.code ? { code: values.code } : {}),
          },
        }),
      ),
    onSuccess,
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
