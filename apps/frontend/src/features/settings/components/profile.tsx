import { useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '@/shared/api/system-queries';
import { Button } from '@/shared/ui/button';
import { Field, controlLook } from '@/shared/ui/field';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { useRenameMe } from '../queries';

export function Profile({ claim }: { claim: ReactNode }) {
  const { t } = useTranslation(['settings', 'common']);
  const { data: me } = useSuspenseQuery(meQuery);
  const [name, setName] = useState(me?.name ?? '');
  const rename = useRenameMe();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim(), { onSuccess: () => toast(t('common:saved')) });
  };
  if (me?.kind === 'guest') {
    return (
      <Section title={t('profile.guestTitle')} text={t('profile.guest')}>
        {claim}
      </Section>
    );
  }
  return (
    <Section title={t('sections.profile')}>
      <form onSubmit={submit} className="flex max-w-sm flex-col gap-4">
        <Field label={t('profile.name')} hint={t('profile.nameHint')}>
          {(described) => (
            <input
              className={controlLook}
              autoComplete="username"
              value={name}
              onChange={(event) => setName(event.target.value)}
              {...described}
            />
          )}
        </Field>
        {rename.error ? <ProblemNote error={rename.error} /> : null}
        <Button
          type="submit"
          className="self-start"
          disabled={!name.trim() || name.trim() === me?.name || rename.isPending}
        >
          {t('profile.save')}
        </Button>
      </form>
      <dl className="text-ui mt-8">
        <dt className="font-medium">{t('profile.email')}</dt>
        <dd className="text-ink-2">{me?.email ?? t('profile.noEmail')}</dd>
      </dl>
    </Section>
  );
}
