import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Page, PageHead } from '@/shared/ui/page';
import { Empty } from '@/shared/ui/waiting';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page>
      <PageHead title={t('notFound.title')} />
      <Empty text={t('notFound.text')}>
        <Button asChild>
          <Link to="/library">{t('errorPage.library')}</Link>
        </Button>
      </Empty>
    </Page>
  );
}
