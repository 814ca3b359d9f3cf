import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Views } from '@/shared/ui/views';
import { PromptEditor } from './components/prompt-editor';
import { PromptList } from './components/prompt-list';
import type { PartsOf, Whose } from './types';

interface PromptsProps {
  readonly whose: Whose;
  /** The language of the novel; null where prompts of every language are worded. */
  readonly language: 'en' | 'zh' | null;
  /** The prompt that is open; undefined: the list. */
  readonly name: string | undefined;
  readonly onOpen: (name: string | undefined) => void;
  /** Draws the parts of a briefing; from the feature that knows receipts. */
  readonly partsOf: PartsOf;
}

/** What agents are told, and in whose words: the list, or one prompt. */
export function Prompts({ whose, language, name, onOpen, partsOf }: PromptsProps) {
  const { t, i18n } = useTranslation(['prompts', 'common']);
  const [chosen, setChosen] = useState<'en' | 'zh'>(i18n.language.startsWith('zh') ? 'zh' : 'en');
  if (name !== undefined) {
    return (
      <PromptEditor
        key={`${whose ?? ''}/${name}`}
        whose={whose}
        name={name}
        onLeave={() => onOpen(undefined)}
        partsOf={partsOf}
      />
    );
  }
  return (
    <>
      <p className="text-ui text-ink-2 mb-6 max-w-prose">
        {t(whose === null ? 'textMine' : 'textNovel')}
      </p>
      {language === null ? (
        <div className="mb-4">
          <Views
            label={t('language')}
            value={chosen}
            options={[
              { value: 'en', label: t('common:languages.en') },
              { value: 'zh', label: t('common:languages.zh') },
            ]}
            onChange={setChosen}
          />
        </div>
      ) : null}
      <PromptList whose={whose} language={language ?? chosen} onOpen={onOpen} />
    </>
  );
}
