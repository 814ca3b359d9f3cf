import { useTranslation } from 'react-i18next';

export const SHORTEST_PASSWORD = 12;

const FIELD_WORDS = [
  'required',
  'invalid',
  'taken',
  'too_short',
  'too_long',
  'odd_characters',
  'common',
  'personal',
] as const;

/** What is wrong with a field, by the code that this form or the server gave it. */
export function useFieldWords(): (code: string | undefined) => string | undefined {
  const { t } = useTranslation('errors');
  return (code) => {
    if (!code) return undefined;
    return t(`field.${FIELD_WORDS.find((word) => word === code) ?? 'invalid'}`);
  };
}
