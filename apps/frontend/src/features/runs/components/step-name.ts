import { useTranslation } from 'react-i18next';

/** The title of a step in the interface language. Steps name it by key: `runs.step.draft`. */
export function useStepName(): (step: { title_key: string; name: string }) => string {
  const { t, i18n } = useTranslation('runs');
  return ({ title_key, name }) => {
    const key = title_key.replace(/^runs\./u, '');
    // Steps of one kind are told apart by what they are about, where there are words for it.
    const own = `${key}_${name}`;
    if (i18n.exists(own, { ns: 'runs' })) return t(own as 'title');
    return i18n.exists(key, { ns: 'runs' }) ? t(key as 'title') : name;
  };
}
