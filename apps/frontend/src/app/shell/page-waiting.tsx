import { useTranslation } from 'react-i18next';
import { Page } from '@/shared/ui/page';
import { Waiting } from '@/shared/ui/waiting';

export function PageWaiting() {
  const { t } = useTranslation();
  return (
    <Page>
      <Waiting text={t('loading.page')} lines={4} />
    </Page>
  );
}
