import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Field, controlLook } from '@/shared/ui/field';
import type { Idea } from '../mutations';

const LENGTHS = ['novel', 'novella', 'short'] as const;
const POVS = ['first', 'close_third', 'omniscient'] as const;
const LANGUAGES = ['en', 'zh'] as const;

interface IdeaOptionsProps {
  idea: Idea;
  onChange: (change: Partial<Idea>) => void;
}

/** One line that says how the book will be, and opens to change it. */
export function IdeaOptions({ idea, onChange }: IdeaOptionsProps) {
  const { t } = useTranslation(['start', 'common']);
  const [open, setOpen] = useState(false);
  const line = [
    t(`new.length.${idea.length}`),
    t(`common:languages.${idea.language}`),
    t(`new.pov.${idea.pov}`),
    idea.tone || t('new.tone.any'),
  ].join(' · ');
  return (
    <div>
      <Button
        variant="link"
        className="text-ink-2"
        aria-expanded={open}
        aria-description={t('new.options')}
        onClick={() => setOpen(!open)}
      >
        {open ? t('new.optionsHide') : line}
      </Button>
      {open ? (
        <div className="border-line mt-4 grid gap-x-12 gap-y-4 border-t pt-4 sm:grid-cols-2">
          <Choice
            label={t('new.length.label')}
            value={idea.length}
            onChange={(length) => onChange({ length })}
            options={LENGTHS.map((value) => ({ value, label: t(`new.length.${value}`) }))}
          />
          <Choice
            label={t('new.language.label')}
            value={idea.language}
            onChange={(language) => onChange({ language })}
            options={LANGUAGES.map((value) => ({ value, label: t(`common:languages.${value}`) }))}
          />
          <Choice
            label={t('new.pov.label')}
            value={idea.pov}
            onChange={(pov) => onChange({ pov })}
            options={POVS.map((value) => ({ value, label: t(`new.pov.${value}`) }))}
          />
          <Field label={t('new.tone.label')} hint={t('new.tone.hint')}>
            {(described) => (
              <input
                className={controlLook}
                maxLength={200}
                value={idea.tone}
                onChange={(event) => onChange({ tone: event.target.value })}
                {...described}
              />
            )}
          </Field>
        </div>
      ) : null}
    </div>
  );
}
