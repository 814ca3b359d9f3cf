import { queryOptions } from '@tanstack/react-query';
import { api, body } from './client';
import { keys } from './keys';
import { ApiProblem } from './problems';
import { useSession } from './session';

/** The first decision of the shell: set-up or login, what is there, what is still starting. */
export const bootstrapQuery = queryOptions({
  queryKey: keys.bootstrap(),
  queryFn: ({ signal }) => body(api.GET('/api/v1/system/bootstrap', { signal })),
  staleTime: 60_000,
});

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: keys.me(),
  queryFn: async ({ signal }) => {
    try {
      const me = await body(api.GET('/api/v1/me', { signal }));
      useSession.setState({ known: true });
      return me;
    } catch (reason) {
      if (reason instanceof ApiProblem && reason.status === 401) return null;
      throw reason;
    }
  },
  staleTime: 5 * 60_000,
});
