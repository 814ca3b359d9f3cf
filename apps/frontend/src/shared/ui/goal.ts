import { useTranslation } from 'react-i18next';
import type { RunRead } from '../api/types';

/** What a run is for, in the interface language. Goals come as keys; free words are shown as sent. */
export function useGoal(): (run: Pick<RunRead, 'goal' | 'task'>) => string {
  const { t, i18n } = useTranslation('runs');
  return ({ goal, task }) => {
    const name = task.split('.').at(-1) ?? task;
    const key = `goal.${name}`;
    if (i18n.exists(key, { ns: 'runs' })) return t(key as 'title');
    return goal && !goal.startsWith('runs.') ? goal : task;
  };
}
