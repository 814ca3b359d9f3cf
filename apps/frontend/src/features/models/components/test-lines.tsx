import { useTranslation } from 'react-i18next';
import type { ProviderTest } from '@/shared/api/types';
import { classNames } from '@/shared/ui/class-names';

/** One line per check, with the provider's own words where it failed. */
export function TestLines({ test }: { test: ProviderTest }) {
  const { t, i18n } = useTranslation('models');
  return (
    <div role="status">
      <ul className="divide-line border-line mt-3 divide-y border-y">
        {test.lines.map((line) => (
          <li key={line.check} className="text-meta flex flex-wrap gap-x-4 py-2">
            <span className="w-40">{t(`check.${line.check}`)}</span>
            <span className={classNames('w-28', line.ok ? 'text-ins' : 'text-del')}>
              {line.ok ? t('check.ok') : t('check.failed')}
            </span>
            <span className="text-ink-2 grow">
              {i18n.exists(`said.${line.said}`, { ns: 'models' })
                ? t(`said.${line.said}` as 'said.failed', wordsOf(line.values))
                : line.detail}
              {!line.ok && line.check === 'structure' ? ` ${t('check.noStructure')}` : null}
            </span>
            {line.raw ? (
              <details className="basis-full">
                <summary className="text-ink-3 target w-fit underline underline-offset-4">
                  {t('check.raw')}
                </summary>
                <pre className="bg-chrome mt-1 overflow-x-auto p-3 font-sans whitespace-pre-wrap">
                  {line.raw}
                </pre>
              </details>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Numbers are written as the language writes them; words stay. */
function wordsOf(values: ProviderTest['lines'][number]['values']) {
  return values ?? {};
}
