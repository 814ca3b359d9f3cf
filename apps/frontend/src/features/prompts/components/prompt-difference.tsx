import { useTranslation } from 'react-i18next';
import { partsOf } from '@/prose/diff/parts';
import { TextDifference } from '@/shared/ui/text-difference';
import { sameWording } from '../model';
import type { Wording } from '../types';

interface PromptDifferenceProps {
  readonly first: Wording;
  readonly second: Wording;
  readonly language: string;
}

/** What a wording leaves out of another one, and what it adds. */
export function PromptDifference({ first, second, language }: PromptDifferenceProps) {
  const { t } = useTranslation('prompts');
  if (sameWording(first, second)) return <p className="text-ui text-ink-2">{t('same')}</p>;
  return (
    <div className="flex flex-col gap-4">
      {(['system', 'task'] as const).map((half) => (
        <section key={half}>
          <h3 className="text-meta text-ink-2 mb-1">{t(half)}</h3>
          <TextDifference
            parts={partsOf(first[half], second[half], language)}
            lang={language}
            className="text-ui"
          />
        </section>
      ))}
    </div>
  );
}
