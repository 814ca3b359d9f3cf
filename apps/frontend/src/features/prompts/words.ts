import { useTranslation } from 'react-i18next';
import type { PromptBrief } from './types';

/** What a prompt is for, in the interface language; one without words keeps its name. */
export function usePromptName(): (prompt: Pick<PromptBrief, 'agent' | 'key'>) => string {
  const { t, i18n } = useTranslation('prompts');
  return ({ agent, key }) => {
    const found = `names.${agent}_${key}`;
    return i18n.exists(found, { ns: 'prompts' }) ? t(found as 'title') : key.replaceAll('_', ' ');
  };
}

/** What a variable stands for; empty where there are no words for it. */
export function useVariableWords(): (name: string) => string {
  const { t, i18n } = useTranslation('prompts');
  return (name) => {
    const found = `variables.${name}`;
    return i18n.exists(found, { ns: 'prompts' }) ? t(found as 'title') : '';
  };
}
