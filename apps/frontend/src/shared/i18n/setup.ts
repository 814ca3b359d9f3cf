import i18next, { type BackendModule } from 'i18next';
import LanguageDetector from 'i18next-browser-languagedetector';
import { initReactI18next } from 'react-i18next';
import { pseudo } from './pseudo';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

const files = import.meta.glob<Record<string, unknown>>('./locales/*/*.json', {
  import: 'default',
});

const lazyFiles: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(language, namespace, done) {
    const source = language === 'en-XA' ? 'en' : language;
    const load = files[`./locales/${source}/${namespace}.json`];
    if (!load) {
      done(new Error(`no ${namespace} for ${language}`), null);
      return;
    }
    load().then(
      (words) => done(null, language === 'en-XA' ? pseudo(words) : words),
      (reason: unknown) => done(reason instanceof Error ? reason : new Error(String(reason)), null),
    );
  },
};

/** Starts the interface language: the stored choice, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  await i18next
    .use(lazyFiles)
    .use(LanguageDetector)
    .use(initReactI18next)
    .init({
      supportedLngs: [...LOCALES, 'en-XA'],
      fallbackLng: { zh: ['zh-CN'], default: ['en'] },
      ns: ['common', 'errors'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      detection: {
        order: ['localStorage', 'navigator'],
        lookupLocalStorage: 'is.locale',
        caches: [],
        convertDetectedLanguage: (found) =>
          found === 'en-XA' ? found : found.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en',
      },
    });
  document.documentElement.lang = i18next.language;
}

export async function changeLanguage(locale: Locale): Promise<void> {
  localStorage.setItem('is.locale', locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}
