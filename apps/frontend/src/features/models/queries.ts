import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export const providersQuery = queryOptions({
  queryKey: keys.providers(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/providers', { signal }))).items,
});

export const modelsQuery = queryOptions({
  queryKey: keys.models(),
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/models', { signal }))).items,
});

/** Without a book: the choice for all books. */
export const rolesQuery = (novel?: string) =>
  queryOptions({
    queryKey: keys.roles(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/roles', { params: { query: { novel_id: novel } }, signal })),
  });

export const privateModeQuery = (novel?: string) =>
  queryOptions({
    queryKey: keys.privateMode(novel),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/private-mode', { params: { query: { novel_id: novel } }, signal })),
  });

export const profilesQuery = (provider: string) =>
  queryOptions({
    queryKey: keys.profiles(provider),
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET('/api/v1/providers/{provider_id}/profiles', {
            params: { path: { provider_id: provider } },
            signal,
          }),
        )
      ).items,
  });
