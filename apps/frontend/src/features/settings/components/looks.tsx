import { useTranslation } from 'react-i18next';
import { LOCALES, type Locale, changeLanguage } from '@/shared/i18n/setup';
import { Choice } from '@/shared/ui/choice';
import { Section } from '@/shared/ui/page';
import { THEMES, useTheme } from '@/shared/ui/theme';

export function Appearance() {
  const { t } = useTranslation(['settings', 'common']);
  const { theme, choose } = useTheme();
  return (
    <Section title={t('sections.appearance')} text={t('appearance.text')}>
      <Choice
        label={t('appearance.title')}
        value={theme}
        onChange={choose}
        options={THEMES.map((value) => ({ value, label: t(`common:theme.${value}`) }))}
      />
    </Section>
  );
}

export function Language() {
  const { t, i18n } = useTranslation(['settings', 'common']);
  return (
    <Section title={t('sections.language')} text={t('language.text')}>
      <Choice
        label={t('language.title')}
        value={i18n.language as Locale}
        onChange={(locale) => void changeLanguage(locale)}
        options={LOCALES.map((value) => ({ value, label: t(`common:languages.${value}`) }))}
      />
    </Section>
  );
}
