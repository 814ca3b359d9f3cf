import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ModelProfileRead } from '@/shared/api/types';
import { FIGURES, type Figure, figuresOf } from '../figures';
import { profilesQuery } from '../queries';

/** What tests and use have found out about the models of a provider, each figure with its date. */
export function ModelFigures({ provider }: { provider: string }) {
  const { t } = useTranslation('models');
  const profiles = useQuery(profilesQuery(provider));
  const known = (profiles.data ?? []).filter((profile) => figuresOf(profile).length > 0);
  if (known.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="text-meta text-ink-2 target w-fit underline underline-offset-4">
        {t('figures.title')}
      </summary>
      {known.map((profile) => (
        <OneModel key={profile.model} profile={profile} />
      ))}
    </details>
  );
}

function OneModel({ profile }: { profile: ModelProfileRead }) {
  const { t, i18n } = useTranslation('models');
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  const number = new Intl.NumberFormat(i18n.language);
  const words = ({ name, value }: Figure): string => {
    if (typeof value === 'number') return number.format(value);
    if (typeof value === 'boolean') return value ? t('figures.yes') : t('figures.no');
    const key = `figures.${name}Words.${value}` as 'figures.yes';
    return i18n.exists(key, { ns: 'models' }) ? String(t(key)) : String(value);
  };
  return (
    <section className="mt-2">
      <h3 className="text-meta font-medium break-words">{profile.model}</h3>
      <dl className="divide-line border-line mt-1 divide-y border-y">
        {figuresOf(profile).map((figure) => (
          <div key={figure.name} className="text-meta flex flex-wrap gap-x-4 py-1">
            <dt className="text-ink-2 w-56">{t(`figures.${FIGURES[figure.name]}`)}</dt>
            <dd className="grow">{words(figure)}</dd>
            <dd className="text-ink-3">
              <time dateTime={figure.at}>{day.format(new Date(figure.at))}</time>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
