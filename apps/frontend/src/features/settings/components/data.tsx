import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Section } from '@/shared/ui/page';

/** Where the author's work lies and how it is taken along. */
export function Data() {
  const { t } = useTranslation('settings');
  return (
    <>
      <Section title={t('data.whereTitle')} text={t('data.where')}>
        <p className="text-ui text-ink-2 max-w-prose">{t('data.device')}</p>
      </Section>
      <Section title={t('data.sentTitle')} text={t('data.sent')}>
        <Button variant="link" asChild>
          <Link to="/settings/$section" params={{ section: 'models' }}>
            {t('data.models')}
          </Link>
        </Button>
      </Section>
      <Section title={t('data.takeTitle')} text={t('data.take')}>
        <div className="flex flex-wrap gap-x-6 gap-y-2">
          <Button variant="link" asChild>
            <Link to="/library">{t('data.library')}</Link>
          </Button>
          <Button variant="link" asChild>
            <Link to="/library" search={{ view: 'trash' }}>
              {t('data.trash')}
            </Link>
          </Button>
        </div>
      </Section>
    </>
  );
}
