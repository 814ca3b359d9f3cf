import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LOCALES, changeLanguage } from '@/shared/i18n/setup';

/** One quiet column with the two languages at its head: set-up and login stand in it. */
export function FrontPage({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  return (
    <div className="bg-paper min-h-dvh">
      <main className="mx-auto flex w-full max-w-96 flex-col px-6 pt-12 pb-24 md:pt-24">
        <nav aria-label={t('language.label')} className="text-meta mb-12 flex gap-4">
          {LOCALES.map((locale) => (
            <button
              key={locale}
              type="button"
              lang={locale}
              aria-pressed={i18n.language === locale}
              onClick={() => void changeLanguage(locale)}
              className="target text-ink-3 hover:text-ink aria-pressed:text-ink aria-pressed:underline aria-pressed:underline-offset-4"
            >
              {t(`languages.${locale}`)}
            </button>
          ))}
        </nav>
        <h1 className="text-screen font-serif font-medium" tabIndex={-1}>
          {title}
        </h1>
        {text ? <p className="text-ui text-ink-2 mt-2">{text}</p> : null}
        <div className="mt-8">{children}</div>
      </main>
    </div>
  );
}
