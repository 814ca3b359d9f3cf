import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';
import { Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { healthQuery } from '../queries';

const SERVICES = [
  'api',
  'llm',
  'worldsmith',
  'director',
  'writer',
  'editor',
  'librarian',
  'postgres',
  'redis',
  'graph',
  'passages',
] as const;

/** Which studio this is, whether its parts run, and what a plain http address cannot do. */
export function About() {
  const { t } = useTranslation(['settings', 'common']);
  const { data: bootstrap } = useQuery(bootstrapQuery);
  const health = useQuery(healthQuery);
  const words = {
    ready: t('common:starting.ready'),
    starting: t('common:starting.waiting'),
    down: t('common:starting.down'),
  };
  const nameOf = (name: string) => {
    const known = SERVICES.find((service) => service === name);
    return known ? t(`common:services.${known}`) : name;
  };
  return (
    <>
      <Section title={t('sections.about')} text={t('about.text')}>
        <dl className="text-ui grid grid-cols-[auto_1fr] gap-x-8 gap-y-2">
          <dt className="text-ink-2">{t('about.version')}</dt>
          <dd className="figures">{bootstrap?.version}</dd>
          <dt className="text-ink-2">{t('about.licence')}</dt>
          <dd>{t('about.licenceName')}</dd>
          <dt className="text-ink-2">{t('about.api')}</dt>
          <dd>
            <a className="underline underline-offset-4" href="/api/v1/openapi.json">
              {t('about.reference')}
            </a>
          </dd>
        </dl>
      </Section>
      <Section title={t('about.parts')}>
        {health.error ? (
          <ProblemNote error={health.error} onRetry={() => void health.refetch()} />
        ) : null}
        <ul className="border-line divide-line divide-y border-y empty:hidden">
          {health.data?.services.map((service) => (
            <li key={service.name} className="text-ui flex justify-between gap-6 py-2">
              <span>{nameOf(service.name)}</span>
              <span className="text-ink-2">{words[service.state]}</span>
            </li>
          ))}
        </ul>
      </Section>
      {globalThis.isSecureContext ? null : (
        <Section title={t('about.httpTitle')} text={t('about.http')}>
          <ul className="text-ui text-ink-2 list-disc ps-5">
            <li>{t('about.httpOpen')}</li>
            <li>{t('about.httpOffline')}</li>
            <li>{t('about.httpRemedy')}</li>
          </ul>
        </Section>
      )}
    </>
  );
}
