import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import type { ProviderCreate } from '@/shared/api/types';
import { keys } from '@/shared/api/keys';
import type { ModelChoice, Role } from './model';

function useRefreshModels() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.providers() }),
      client.invalidateQueries({ queryKey: keys.models() }),
      client.invalidateQueries({ queryKey: ['roles'] }),
      client.invalidateQueries({ queryKey: ['profiles'] }),
      client.invalidateQueries({ queryKey: ['estimate'] }),
    ]);
}

export interface Connection {
  kind: ProviderCreate['kind'];
  label: string;
  baseUrl: string;
  key: string;
}

/**
 * Makes the provider and then hands over its key; the key is never kept in the browser. The form
 * may be gone when the list is fresh, so what follows is told here and not at the call.
 */
export function useConnect(onConnected: (provider: string) => void) {
  const onSettled = useRefreshModels();
  return useMutation({
    mutationFn: async ({ kind, label, baseUrl, key }: Connection) => {
      const provider = await body(
        api.POST('/api/v1/providers', {
          body: { kind, label, ...(baseUrl ? { base_url: baseUrl } : {}) },
        }),
      );
      if (key) await putKey(provider.id, key);
      return provider;
    },
    onSuccess: ({ id }) => onConnected(id),
    onSettled,
  });
}

function putKey(provider: string, key: string) {
  return body(
    api.PUT('/api/v1/providers/{provider_id}/key', {
      params: { path: { provider_id: provider } },
      body: { key },
    }),
  );
}

export function useReplaceKey(provider: string) {
  const onSuccess = useRefreshModels();
  return useMutation({ mutationFn: (key: string) => putKey(provider, key), onSuccess });
}

export function useProviderTest(provider: string) {
  const onSettled = useRefreshModels();
  return useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/v1/providers/{provider_id}/test', {
          params: { path: { provider_id: provider } },
          body: {},
        }),
      ),
    onSettled,
  });
}

export function useRemoveProvider() {
  const onSuccess = useRefreshModels();
  return useMutation({
    mutationFn: (provider: string) =>
      body(
        api.DELETE('/api/v1/providers/{provider_id}', {
          params: { path: { provider_id: provider } },
        }),
      ),
    onSuccess,
  });
}

export type RoleChoices = Partial<Record<Role, readonly ModelChoice[]>>;

/** Replaces the models of the named roles; an empty list gives a role back to what it had before. */
export function useRoles(novel?: string) {
  const onSuccess = useRefreshModels();
  return useMutation({
    mutationFn: (roles: RoleChoices) =>
      body(
        api.PUT('/api/v1/roles', {
          params: { query: { novel_id: novel } },
          body: { roles: roles as Record<string, ModelChoice[]> },
        }),
      ),
    onSuccess,
  });
}

export function usePrivateMode(novel?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (on: boolean) =>
      body(
        api.PUT('/api/v1/private-mode', {
          params: { query: { novel_id: novel } },
          body: { on },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['private-mode'] }),
        client.invalidateQueries({ queryKey: ['estimate'] }),
      ]),
  });
}
