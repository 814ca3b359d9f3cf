import { useTranslation } from 'react-i18next';
import { variablesOf } from '../model';
import type { PromptRead, Wording } from '../types';
import { WordingField } from './wording-field';

interface WordingFieldsProps {
  readonly prompt: PromptRead;
  readonly value: Wording;
  readonly unknown: readonly string[];
  readonly missing: readonly string[];
  readonly onChange: (value: Wording) => void;
}

/** The two texts of a prompt, and which of its variables do not fit. */
export function WordingFields({ prompt, value, unknown, missing, onChange }: WordingFieldsProps) {
  const { t, i18n } = useTranslation('prompts');
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const named = (names: readonly string[]) => list.format(names.map((name) => `{{${name}}}`));
  const inSystem = variablesOf(prompt.shipped.system);
  const faults = [
    unknown.length > 0 ? t('unknownVariables', { names: named(unknown) }) : null,
    missing.length > 0 ? t('missingVariables', { names: named(missing) }) : null,
  ].filter((one) => one !== null);
  return (
    <>
      <WordingField
        label={t('system')}
        hint={t('systemHint')}
        language={prompt.language}
        variables={prompt.variables}
        chips={inSystem}
        value={value.system}
        onChange={(system) => onChange({ ...value, system })}
      />
      <WordingField
        label={t('task')}
        hint={t('taskHint')}
        language={prompt.language}
        variables={prompt.variables}
        chips={prompt.variables.filter((name) => !inSystem.includes(name))}
        error={faults.length > 0 ? faults.join(' ') : undefined}
        value={value.task}
        onChange={(task) => onChange({ ...value, task })}
      />
    </>
  );
}
