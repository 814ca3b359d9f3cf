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
  const names = namesIn(problem.params ?? {});
  if (names && exists(`named.${problem.code}`)) {
    return translate(`named.${problem.code}`, { ...params, ...names });
  }
  if (exists(`code.${problem.code}`)) return translate(`code.${problem.code}`, params);
  if (problem.kind && exists(`kind.${problem.kind.toLowerCase()}`)) {
    const sentence = translate(`kind.${problem.kind.toLowerCase()}`, params);
    return problem.detail ? `${sentence} (${problem.detail})` : sentence;
  }
  return problem.detail ?? translate('unexpected', params);
}

/** The names that a refusal gives, so that its sentence can say them; null where there are none. */
function namesIn(params: Readonly<Record<string, unknown>>): Record<string, string> | null {
  const { name, entity_name: owner, names } = params;
  if (typeof name === 'string' && typeof owner === 'string') return { name, owner };
  const path = Array.isArray(names) ? names.filter((one) => typeof one === 'string' && one) : [];
  return path.length > 1 ? { path: path.join(' › ') } : null;
}
