import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { localeOf } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { AccountForm } from './components/account-form';
import { FrontPage } from './components/front-page';
import { useRegister } from './mutations';

export function RegisterPage({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useTranslation('auth');
  const register = useRegister(localeOf(i18n.language));
  return (
    <FrontPage title={t('register.title')}>
      <AccountForm
        submitLabel={t('register.submit')}
        workingLabel={t('register.working')}
        pending={register.isPending}
        error={register.error}
        onSubmit={(values) => register.mutate(values, { onSuccess: onDone })}
      >
        <Button variant="link" asChild>
          <Link to="/login">{t('register.haveOne')}</Link>
        </Button>
      </AccountForm>
    </FrontPage>
  );
}
