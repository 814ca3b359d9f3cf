import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bootstrapQuery } from '@/shared/api/system-queries';

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
] as const;

/** The studio is not up yet: a line per service, asked again until the first decision can be made. */
export function Starting() {
  const { t } = useTranslation();
  const [slow, setSlow] = useState(false);
  const { data } = useQuery({
    ...bootstrapQuery,
    refetchInterval: (query) => Math.min(5_000, 1_000 + query.state.fetchFailureCount * 500),
  });
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 60_000);
    return () => clearTimeout(timer);
  }, []);
  const nameOf = (name: string) => {
    const known = SERVICES.find((service) => service === name);
    return known ? t(`services.${known}`) : name;
  };
  const words = {
    ready: t('starting.ready'),
    starting: t('starting.waiting'),
    down: t('starting.down'),
  };
  return (
    <main className="bg-paper min-h-dvh">
      <div className="mx-auto max-w-96 px-6 pt-24">
        <h1 tabIndex={-1} className="text-screen font-serif font-medium">
          {t('starting.title')}
        </h1>
        <div role="status" className="mt-8">
          <ul className="divide-line divide-y">
            {data?.services.map((service) => (
              <li key={service.name} className="text-ui flex justify-between py-2">
                <span>{nameOf(service.name)}</span>
                <span className="text-ink-3">{words[service.state]}</span>
              </li>
            ))}
          </ul>
        </div>
        {slow ? (
          <p className="text-ui text-ink-2 mt-6">
            {t('starting.slow')}{' '}
            <a className="underline underline-offset-4" href="/api/v1/system/health">
              {t('starting.health')}
            </a>
          </p>
        ) : null}
      </div>
    </main>
  );
}
