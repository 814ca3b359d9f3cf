import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/me/sessions', { signal }))).items,
});

/** How each part of the studio is; asked again while the page is open. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/system/health', { signal })),
  refetchInterval: 10_000,
});

export function useRenameMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => body(api.PATCH('/api/v1/me', { body: { name } })),
    onSuccess: (me) => client.setQueryData(keys.me(), me),
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      body(
        api.DELETE('/api/v1/me/sessions/{session_id}', {
          params: { path: { session_id: session } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions() }),
  });
}

export function useEndAll(onDone: () => void) {
  return useMutation({
    mutationFn: () => body(api.POST('/api/v1/auth/logout-all')),
    onSuccess: onDone,
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => body(api.PUT('/api/v1/me/password', { body: { password } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions() }),
  });
}
