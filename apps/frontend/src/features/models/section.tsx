import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Select } from '@/shared/ui/select';
import { Waiting } from '@/shared/ui/waiting';
import { ConnectForm } from './components/connect-form';
import { Judges } from './components/judges';
import { PrivateMode } from './components/private-mode';
import { ProviderLine } from './components/provider-line';
import { RoleList } from './components/role-list';
import { providersQuery } from './queries';

interface ModelsSectionProps {
  /** The author's books: each may use other models, and be shut to models elsewhere. */
  books: readonly { id: string; title: string }[];
}

const ALL = '';

/** Which models there are, how to connect more, and which agent uses which. */
export function ModelsSection({ books }: ModelsSectionProps) {
  const { t } = useTranslation('models');
  const [book, setBook] = useState(ALL);
  const novel = book === ALL ? undefined : book;
  // A trial is a run, and a run stands in a book.
  const host = novel ?? books[0]?.id;
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
        {books.length > 0 ? (
          <Field label={t('roles.for')} className="mb-4 max-w-lg">
            {(described) => (
              <Select
                value={book}
                options={[
                  { value: ALL, label: t('roles.allBooks') },
                  ...books.map(({ id, title }) => ({ value: id, label: title })),
                ]}
                onValueChange={setBook}
                {...described}
              />
            )}
          </Field>
        ) : null}
        <RoleList key={book} novel={novel} />
      </Section>
      {host ? (
        <Section title={t('judges.title')} text={t('judges.text')}>
          <Judges key={host} novel={host} />
        </Section>
      ) : null}
      <Section title={t('private.title')} text={t('private.text')}>
        <PrivateMode key={book} novel={novel} />
      </Section>
    </>
  );
}
