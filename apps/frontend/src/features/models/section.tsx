import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { ConnectForm } from './components/connect-form';
import { ProviderLine } from './components/provider-line';
import { RoleList } from './components/role-list';
import { providersQuery } from './queries';

/** Which models there are, how to connect more, and which agent uses which. */
export function ModelsSection() {
  const { t } = useTranslation('models');
  const providers = useQuery(providersQuery);
  const [connecting, setConnecting] = useState(false);
  const [fresh, setFresh] = useState<string | null>(null);
  const others = providers.data?.filter((provider) => provider.kind !== 'demo') ?? [];
  return (
    <>
      <Section title={t('providers.title')} text={t('providers.text')}>
        <ul className="border-line divide-line divide-y border-y">
          <li className="py-3">
            <span className="text-ui font-medium">{t('providers.demo')}</span>
            <p className="text-meta text-ink-2">{t('providers.demoText')}</p>
          </li>
          {others.map((provider) => (
            <ProviderLine key={provider.id} provider={provider} fresh={provider.id === fresh} />
          ))}
        </ul>
        {providers.isPending ? <Waiting text={t('providers.title')} lines={2} /> : null}
        {providers.error ? (
          <ProblemNote error={providers.error} onRetry={() => void providers.refetch()} />
        ) : null}
        {providers.data && others.length > 0 && !connecting ? (
          <Button className="mt-4" onClick={() => setConnecting(true)}>
            {t('connect.open')}
          </Button>
        ) : null}
      </Section>
      {providers.data && (others.length === 0 || connecting) ? (
        <Section title={t('connect.title')}>
          <ConnectForm
            hasOllama={others.some((provider) => provider.kind === 'ollama')}
            onConnected={(provider) => {
              setConnecting(false);
              setFresh(provider);
            }}
          />
        </Section>
      ) : null}
      <Section title={t('roles.title')} text={t('roles.text')}>
        <RoleList />
      </Section>
    </>
  );
}
