import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDate, formatNumber } from '@/shared/i18n/format';
import type { Marks } from '../marks';

interface MarkListProps {
  readonly novel: string;
  readonly language: string;
  readonly found: Marks;
}

/** Marks of a chapter, each with its reasons and the way to the words they stand on. */
export function MarkList({ novel, language, found }: MarkListProps) {
  const { t, i18n } = useTranslation(['review', 'common']);
  return (
    <section>
      <h3 className="text-ui font-semibold">
        {t('marks.title', { when: formatDate(found.at, i18n.language) })}
        {found.demo ? (
          <span className="text-meta text-ink-3 ms-3 font-normal">{t('common:demo.tag')}</span>
        ) : null}
      </h3>
      <p className="text-meta text-ink-2 max-w-prose">
        {t('marks.scale')} {found.untried ? t('marks.untried') : null}
        {!found.untried && found.opinions.length > 0
          ? t('marks.opinions', {
              names: new Intl.ListFormat(i18n.language).format(
                found.opinions.map((one) => t(`lens.${one}`)),
              ),
            })
          : null}
      </p>
      <dl className="border-line divide-line mt-2 divide-y border-y">
        {found.marks.map((mark) => (
          <div key={mark.criterion} className="flex flex-wrap gap-x-4 py-3">
            <dt className="text-ui w-32 font-medium">{t(`lens.${mark.criterion}`)}</dt>
            <dd className="text-ui figures w-20">
              {t('marks.score', { score: formatNumber(mark.score, i18n.language) })}
            </dd>
            <dd className="text-ui min-w-60 flex-1">
              {mark.reasons.map((reason) => (
                <p key={`${reason.pid}/${reason.quote}`}>
                  {reason.text}{' '}
                  <Link
                    to="/n/$novel/write/{-$node}"
                    params={{ novel, node: reason.scene }}
                    search={{ at: reason.pid }}
                    className="decoration-line-2 text-meta font-serif underline underline-offset-4"
                  >
                    <q lang={language}>{reason.quote}</q>
                  </Link>
                </p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {found.unmarked.length > 0 ? (
        <p className="text-meta text-ink-3 mt-2">
          {t('marks.unmarked', {
            names: new Intl.ListFormat(i18n.language).format(
              found.unmarked.map((one) => t(`lens.${one}`)),
            ),
          })}
        </p>
      ) : null}
      {found.dropped > 0 ? (
        <p className="text-meta text-ink-3 mt-2">{t('marks.dropped', { count: found.dropped })}</p>
      ) : null}
    </section>
  );
}
