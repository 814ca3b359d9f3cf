import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDate } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { promptVersionsQuery } from '../queries';
import type { PromptVersion, Whose, Wording } from '../types';
import { PromptDifference } from './prompt-difference';

interface PromptHistoryProps {
  readonly whose: Whose;
  readonly name: string;
  readonly language: string;
  readonly onTake: (wording: Wording) => void;
}

/** The wordings that were saved here, newest first; each shows what it changed, and can be taken up again. */
export function PromptHistory({ whose, name, language, onTake }: PromptHistoryProps) {
  const { t } = useTranslation('prompts');
  const versions = useQuery(promptVersionsQuery(whose, name));
  if (versions.isPending) return <Waiting text={t('view.history')} />;
  if (versions.error) {
    return <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />;
  }
  if (versions.data.length === 0) return <p className="text-ui text-ink-2">{t('noHistory')}</p>;
  return (
    <ol className="border-line divide-line divide-y border-y">
      {versions.data.map((one, index) => (
        <Line
          key={one.number}
          version={one}
          before={versions.data[index + 1]}
          language={language}
          onTake={onTake}
        />
      ))}
    </ol>
  );
}

interface LineProps {
  readonly version: PromptVersion;
  readonly before: PromptVersion | undefined;
  readonly language: string;
  readonly onTake: (wording: Wording) => void;
}

function Line({ version, before, language, onTake }: LineProps) {
  const { t, i18n } = useTranslation('prompts');
  const [open, setOpen] = useState(false);
  const title = t('version', { number: version.number });
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <span className="text-ui">{title}</span>
        <span className="text-meta text-ink-2 figures grow">
          {[formatDate(version.at, i18n.language), version.is_live ? t('live') : null]
            .filter((one) => one !== null)
            .join(' · ')}
        </span>
        <Button
          variant="link"
          className="text-meta"
          aria-expanded={open}
          aria-label={`${t('look')}: ${title}`}
          onClick={() => setOpen(!open)}
        >
          {t('look')}
        </Button>
        {version.is_live ? null : (
          <Button
            variant="link"
            className="text-meta"
            aria-label={`${t('take')}: ${title}`}
            onClick={() => onTake({ system: version.system, task: version.task })}
          >
            {t('take')}
          </Button>
        )}
      </div>
      {open ? (
        <div className="mt-2">
          {before ? (
            <PromptDifference first={before} second={version} language={language} />
          ) : (
            <p lang={language} className="text-ui whitespace-pre-wrap">
              {`${version.system}\n\n${version.task}`}
            </p>
          )}
        </div>
      ) : null}
    </li>
  );
}
