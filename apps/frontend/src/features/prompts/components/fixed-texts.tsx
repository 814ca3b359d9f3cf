import { useTranslation } from 'react-i18next';
import type { FixedText } from '../types';

const NAMES = ['house_rules', 'repair', 'repair_items', 'lite', 'correct'] as const;
type Name = (typeof NAMES)[number];
const isKnown = (name: string): name is Name => (NAMES as readonly string[]).includes(name);

/** What is sent besides the prompts and cannot be worded anew, each with what it is for. */
export function FixedTexts({ texts }: { readonly texts: readonly FixedText[] }) {
  const { t } = useTranslation('prompts');
  return (
    <section>
      <h3 className="text-ui mb-1 font-semibold">{t('fixed.title')}</h3>
      <p className="text-meta text-ink-2 mb-2 max-w-prose">{t('fixed.text')}</p>
      <ul className="border-line divide-line divide-y border-y">
        {texts.map(({ name, language, text }) => (
          <li key={name} className="py-2">
            <details>
              <summary className="text-ui cursor-pointer">
                {isKnown(name) ? t(`fixed.name.${name}`) : name}
              </summary>
              <p lang={language} className="text-meta mt-2 max-w-prose whitespace-pre-wrap">
                {text}
              </p>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
