import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { sparkSet, surprise } from '../sparks';

interface SparkListProps {
  language: 'en' | 'zh';
  current: string;
  onTake: (idea: string) => void;
}

export function SparkList({ language, current, onTake }: SparkListProps) {
  const { t } = useTranslation('start');
  const [set, setSet] = useState(0);
  return (
    <section aria-label={t('new.sparks')}>
      <ul lang={language} className="flex flex-wrap gap-x-5 gap-y-1">
        {sparkSet(language, set).map((spark) => (
          <li key={spark.label}>
            <button
              type="button"
              className="target text-ui text-ink-2 decoration-line-2 hover:text-ink hover:decoration-ink underline underline-offset-4"
              onClick={() => onTake(spark.idea)}
            >
              {spark.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="mt-2 flex gap-5">
        <Button variant="link" className="text-ink-3" onClick={() => setSet(set + 1)}>
          {t('new.otherSparks')}
        </Button>
        <Button
          variant="link"
          className="text-ink-3"
          onClick={() => onTake(surprise(language, current))}
        >
          {t('new.surprise')}
        </Button>
      </div>
    </section>
  );
}
