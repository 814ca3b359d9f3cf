import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { meQuery } from '@/shared/api/system-queries';
import type { SessionRead } from '@/shared/api/types';
import { formatAgo } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { Section } from '@/shared/ui/page';
import { PasswordInput } from '@/shared/ui/password-input';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Waiting } from '@/shared/ui/waiting';
import { sessionsQuery, useChangePassword, useEndAll, useEndSession } from '../queries';

const REASONS = ['too_short', 'too_long', 'odd_characters', 'common', 'personal'] as const;

export function Security({ onSignedOut }: { onSignedOut: () => void }) {
  const { t } = useTranslation('settings');
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <>
      {me?.kind === 'guest' ? null : (
        <Section title={t('security.password')}>
          <PasswordForm />
        </Section>
      )}
      <Section title={t('security.sessions')}>
        <Sessions onSignedOut={onSignedOut} />
      </Section>
    </>
  );
}

function PasswordForm() {
  const { t } = useTranslation(['settings', 'errors']);
  const [password, setPassword] = useState('');
  const change = useChangePassword();
  const problem = change.error ? problemOf(change.error) : null;
  const reason = REASONS.find((word) => word === problem?.params?.reason);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(password, {
      onSuccess: () => {
        setPassword('');
        toast(t('security.changed'));
      },
    });
  };
  return (
    <form onSubmit={submit} className="flex max-w-sm flex-col gap-4">
      <Field
        label={t('security.newPassword')}
        hint={t('security.newHint')}
        error={reason ? t(`errors:field.${reason}`) : undefined}
      >
        {(described) => (
          <PasswordInput
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            {...described}
          />
        )}
      </Field>
      {change.error && !reason ? <ProblemNote error={change.error} /> : null}
      <Button
        type="submit"
        className="self-start"
        disabled={password.length < 12 || change.isPending}
      >
        {t('security.change')}
      </Button>
    </form>
  );
}

function deviceName(device: SessionRead['device']): string {
  return ['label', 'family', 'system']
    .map((part) => device[part])
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' · ');
}

function Sessions({ onSignedOut }: { onSignedOut: () => void }) {
  const { t, i18n } = useTranslation(['settings', 'common']);
  const sessions = useQuery(sessionsQuery);
  const end = useEndSession();
  const endAll = useEndAll(onSignedOut);
  if (sessions.isPending) return <Waiting text={t('security.sessions')} />;
  if (sessions.error) {
    return <ProblemNote error={sessions.error} onRetry={() => void sessions.refetch()} />;
  }
  return (
    <>
      <ul className="border-line divide-line divide-y border-y">
        {sessions.data.map((session) => (
          <li key={session.id} className="flex flex-wrap items-baseline gap-x-6 py-2">
            <span className="text-ui">
              {deviceName(session.device) || t('security.unknownDevice')}
            </span>
            <span className="text-meta text-ink-2 grow">
              {session.current
                ? t('security.thisDevice')
                : t('security.lastSeen', {
                    when: formatAgo(session.last_seen_at, i18n.language),
                  })}
            </span>
            {session.current ? null : (
              <Button
                variant="link"
                disabled={end.isPending}
                onClick={() => end.mutate(session.id)}
              >
                {t('security.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(end.error ?? endAll.error) ? <ProblemNote error={end.error ?? endAll.error} /> : null}
      <div className="mt-4 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <Button disabled={endAll.isPending} onClick={() => endAll.mutate()}>
          {t('security.endAll')}
        </Button>
        <span className="text-meta text-ink-3">{t('security.endAllText')}</span>
      </div>
    </>
  );
}
