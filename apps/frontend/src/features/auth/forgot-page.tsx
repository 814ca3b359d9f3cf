import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { ProblemNote } from '@/shared/ui/problem-note';
import { FrontPage } from './components/front-page';
import { useForgot } from './mutations';
import { waysIn } from './ways-in';

/** The command that the person at the machine gives; it is the same in every language. */
const COMMAND = 'infinite-scribe admin reset-link';

/** A link by mail where there is a mail server; else the command that prints one. */
export function ForgotPage() {
  const { t } = useTranslation('auth');
  const { data: bootstrap } = useSuspenseQuery(bootstrapQuery);
  const forgot = useForgot();
  const [login, setLogin] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    forgot.mutate(login.trim());
  };
  const back = (
    <Button variant="link" asChild>
      <Link to="/login">{t('again.leave')}</Link>
    </Button>
  );
  if (!waysIn(bootstrap).mailedReset) {
    return (
      <FrontPage title={t('forgot.title')} text={t('forgot.byCommand')}>
        <pre className="bg-chrome text-meta mb-6 overflow-x-auto p-3">
          <code>{`${COMMAND} ${t('forgot.commandName')}`}</code>
        </pre>
        {back}
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t('forgot.title')} text={t('forgot.text')}>
      {forgot.isSuccess ? (
        <div className="flex flex-col items-start gap-6">
          <p role="status" className="text-ui">
            {t('forgot.sent')}
          </p>
          {back}
        </div>
      ) : (
        <form noValidate className="flex flex-col items-start gap-4" onSubmit={submit}>
          <Field className="w-full" label={t('login.login')}>
            {(described) => (
              <input
                className={controlLook}
                autoComplete="username"
                autoCapitalize="off"
                autoFocus
                value={login}
                onChange={(event) => setLogin(event.target.value)}
                {...described}
              />
            )}
          </Field>
          {forgot.error ? <ProblemNote error={forgot.error} /> : null}
          <Button
            type="submit"
            variant="primary"
            size="large"
            className="mt-4"
            disabled={!login.trim() || forgot.isPending}
          >
            {forgot.isPending ? t('forgot.working') : t('forgot.submit')}
          </Button>
          {back}
        </form>
      )}
    </FrontPage>
  );
}
