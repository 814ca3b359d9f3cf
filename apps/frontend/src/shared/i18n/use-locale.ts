import type { Locale } from './setup';
import { useTranslation } from 'react-i18next';

/** The interface language in force, for Intl. */
export function useLocale(): string {
  return useTranslation().i18n.language;
}

/** The language of manuscripts and agents that fits an interface language. */
export function bookLanguage(locale: string): 'en' | 'zh' {
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The locale of ours that a language tag stands for. */
export function localeOf(tag: string): Locale {
  return tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language of manuscripts that a text is written in; undefined while a few letters leave it open. */
export function writtenIn(text: string): 'en' | 'zh' | undefined {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  if (han + latin < 3) return undefined;
  return han > latin ? 'zh' : 'en';
}
