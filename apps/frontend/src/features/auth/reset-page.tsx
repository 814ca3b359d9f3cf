import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { FrontPage } from './components/front-page';
import { SHORTEST_PASSWORD, useFieldWords } from './field-words';
import { useReset } from './mutations';

const NO_TOKEN = { code: 'link-missing', kind: 'invalid' };

/** A new password by a link. The token stands behind the # of the address, which no server ever sees. */
export function ResetPage({ token }: { token: string }) {
  const { t } = useTranslation('auth');
  const words = useFieldWords();
  const reset = useReset();
  const [password, setPassword] = useState('');
  const [short, setShort] = useState(false);
  const problem = reset.error ? problemOf(reset.error) : null;
  const weak = problem?.code === 'weak-password' ? String(problem.params?.reason) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isShort = password.length < SHORTEST_PASSWORD;
    setShort(isShort);
    if (!isShort) reset.mutate({ token, password });
  };
  const toLogin = (variant: 'primary' | 'link') => (
    <Button variant={variant} size={variant === 'primary' ? 'large' : 'bare'} asChild>
      <Link to="/login">{t('again.leave')}</Link>
    </Button>
  );
  if (reset.isSuccess) {
    return (
      <FrontPage title={t('reset.doneTitle')} text={t('reset.doneText')}>
        {toLogin('primary')}
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t('reset.title')} text={t('reset.text')}>
      {token ? (
        <form noValidate className="flex flex-col items-start gap-4" onSubmit={submit}>
          <Field
            className="w-full"
            label={t('reset.password')}
            hint={t('setup.passwordHint')}
            error={words(short ? 'too_short' : weak)}
          >
            {(described) => (
              <PasswordInput
                autoComplete="new-password"
                autoFocus
                value={password}
                onChange={(event) => setPassword(event.target.value)}
                {...described}
              />
            )}
          </Field>
          {problem && !weak ? <ProblemNote error={problem} /> : null}
          <Button
            type="submit"
            variant="primary"
            size="large"
            className="mt-4"
            disabled={reset.isPending}
          >
            {reset.isPending ? t('reset.working') : t('reset.submit')}
          </Button>
          {problem && !weak ? toLogin('link') : null}
        </form>
      ) : (
        <div className="flex flex-col items-start gap-6">
          <ProblemNote error={NO_TOKEN} />
          {toLogin('link')}
        </div>
      )}
    </FrontPage>
  );
}
