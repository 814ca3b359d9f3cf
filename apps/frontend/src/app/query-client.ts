import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '@/shared/api/problems';

const MOST_TRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, reason) =>
        failures < MOST_TRIES &&
        (!(reason instanceof ApiProblem) || reason.status === 0 || reason.status >= 500),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
