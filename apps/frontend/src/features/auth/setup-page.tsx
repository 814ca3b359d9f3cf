import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';
import { FrontPage } from './components/front-page';
import { SetupForm } from './components/setup-form';

export function SetupPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('auth');
  const { data: bootstrap } = useSuspenseQuery(bootstrapQuery);
  return (
    <FrontPage title={t('setup.title')} text={t('setup.text')}>
      <SetupForm
        needsCode={bootstrap.needs_code}
        guestAllowed={bootstrap.guest_allowed}
        onDone={onDone}
      />
    </FrontPage>
  );
}
