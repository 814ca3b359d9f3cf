import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/shared/i18n/format';
import { ProblemNote } from '@/shared/ui/problem-note';
import { proseQuery } from '../queries';

interface ProseFiguresProps {
  readonly novel: string;
  readonly language: string;
  readonly chapter: string;
}

/** What can be counted in a chapter's prose, beside what is usual; and what it says more than once. */
export function ProseFigures({ novel, language, chapter }: ProseFiguresProps) {
  const { t, i18n } = useTranslation('review');
  const found = useQuery(proseQuery(novel, chapter));
  const number = (value: number) => formatNumber(value, i18n.language);
  const word = (key: string, otherwise: string) =>
    i18n.exists(key, { ns: 'review' }) ? t(key as 'title') : otherwise;
  if (found.error) {
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  }
  const prose = found.data;
  if (!prose || prose.figures.length === 0) return null;
  return (
    <section>
      <h3 className="text-ui font-semibold">{t('figures.title')}</h3>
      <p className="text-meta text-ink-2 max-w-prose">{t('figures.text')}</p>
      {prose.not_evaluated.length > 0 ? (
        <p className="text-meta text-ink-3 mt-1">{t('figures.noBands')}</p>
      ) : null}
      <table className="text-meta figures mt-2 w-full">
        <thead>
          <tr className="text-ink-3 text-start">
            <th className="py-1 text-start font-normal">{t('figures.name')}</th>
            <th className="py-1 text-end font-normal">{t('figures.value')}</th>
            <th className="py-1 ps-4 text-start font-normal">{t('figures.band')}</th>
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {prose.figures.map(({ name, value, band, level }) => (
            <tr key={name}>
              <th scope="row" className="py-1 text-start font-normal">
                {word(`figures.names.${name}`, name)}
              </th>
              <td className="py-1 text-end">{number(value)}</td>
              <td className="text-ink-2 py-1 ps-4">
                {band
                  ? t('figures.middle', {
                      low: number(band.low),
                      middle: number(band.middle),
                      high: number(band.high),
                    })
                  : null}
                {level === 'note' || level === 'fail' ? (
                  <span className="text-doubt ms-2">{t(`figures.levels.${level}`)}</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {prose.repeats.length > 0 ? (
        <>
          <h4 className="text-meta mt-4 font-semibold">{t('figures.repeats')}</h4>
          <ul className="text-meta flex flex-col gap-1">
            {prose.repeats.map(({ text, count, scene_id: scene, pid }) => (
              <li key={`${pid}/${text}`}>
                <span className="text-ink-3">{t('figures.repeat', { count })} </span>
                <Link
                  to="/n/$novel/write/{-$node}"
                  params={{ novel, node: scene }}
                  search={{ at: pid }}
                  className="decoration-line-2 font-serif underline underline-offset-4"
                >
                  <q lang={language}>{text}</q>
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}
