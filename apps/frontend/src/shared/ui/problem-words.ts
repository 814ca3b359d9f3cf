import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problems';

/** The sentence for a problem in the interface language: by code, else by kind, else the detail. */
export function useProblemWords(problem: Problem): string {
  const { t, i18n } = useTranslation('errors');
  return problemWords(
    problem,
    (key, params) => t(key as 'unexpected', params),
    (key) => i18n.exists(key, { ns: 'errors' }),
  );
}

export function problemWords(
  problem: Problem,
  translate: (key: string, params: Record<string, unknown>) => string,
  exists: (key: string) => boolean,
): string {
  const params = { ...problem.params, seconds: problem.retry_after ?? '' };
  if (exists(`code.${problem.code}`)) return translate(`code.${problem.code}`, params);
  if (problem.kind && exists(`kind.${problem.kind.toLowerCase()}`)) {
    const sentence = translate(`kind.${problem.kind.toLowerCase()}`, params);
    return problem.detail ? `${sentence} (${problem.detail})` : sentence;
  }
  return problem.detail ?? translate('unexpected', params);
}
