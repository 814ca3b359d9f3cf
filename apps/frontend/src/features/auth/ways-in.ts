import type { Bootstrap } from '@/shared/api/types';

/** Which ways into an account this installation offers besides name and password. */
export function waysIn({ features }: Pick<Bootstrap, 'features'>): {
  register: boolean;
  mailedReset: boolean;
} {
  return {
    register: features.includes('register'),
    mailedReset: features.includes('mailed-reset'),
  };
}
