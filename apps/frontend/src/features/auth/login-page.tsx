import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';
import { localeOf } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { FrontPage } from './components/front-page';
import { LoginForm } from './components/login-form';
import { useGuest, useLogin } from './mutations';
import { waysIn } from './ways-in';

export function LoginPage({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useTranslation('auth');
  const { data: bootstrap } = useSuspenseQuery(bootstrapQuery);
  const login = useLogin();
  const guest = useGuest(localeOf(i18n.language));
  return (
    <FrontPage title={t('login.title')}>
      <LoginForm
        pending={login.isPending}
        error={login.error}
        submitLabel={t('login.submit')}
        onSubmit={(values) => login.mutate(values, { onSuccess: onDone })}
      />
      <div className="mt-6 flex flex-col items-start gap-4">
        <Button variant="link" asChild>
          <Link to="/forgot">{t('login.forgot')}</Link>
        </Button>
        {waysIn(bootstrap).register ? (
          <Button variant="link" asChild>
            <Link to="/register">{t('login.register')}</Link>
          </Button>
        ) : null}
        {bootstrap.guest_allowed ? (
          <Button
            variant="link"
            disabled={guest.isPending}
            onClick={() => guest.mutate(undefined, { onSuccess: onDone })}
          >
            {guest.isPending ? t('setup.guestWorking') : t('setup.guest')}
          </Button>
        ) : null}
        {guest.error ? <ProblemNote error={guest.error} /> : null}
      </div>
    </FrontPage>
  );
}
