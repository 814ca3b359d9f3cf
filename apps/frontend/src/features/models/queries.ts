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

export const rolesQuery = queryOptions({
  queryKey: keys.roles(),
  queryFn: ({ signal }) => body(api.GET('/api/v1/roles', { signal })),
});
