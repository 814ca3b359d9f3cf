import i18next, { type BackendModule } from 'i18next';
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

const STORED = 'is.locale';

/** The stored choice, else the browser's first language; everything that is not Chinese is English. */
function detect(): string {
  const found = localStorage.getItem(STORED) ?? navigator.language;
  if (found === 'en-XA') return found;
  return found.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Starts the interface language: the stored choice, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: detect(),
      supportedLngs: [...LOCALES, 'en-XA'],
      fallbackLng: { zh: ['zh-CN'], default: ['en'] },
      ns: ['common', 'errors'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
    });
  document.documentElement.lang = i18next.language;
}

export async function changeLanguage(locale: Locale): Promise<void> {
  localStorage.setItem(STORED, locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}
