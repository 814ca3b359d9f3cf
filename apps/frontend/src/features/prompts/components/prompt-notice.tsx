import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import type { PromptRead } from '../types';
import { PromptDifference } from './prompt-difference';

interface PromptNoticeProps {
  readonly prompt: PromptRead;
  readonly own: PromptRead['mine'];
  readonly pending: boolean;
  readonly onKeep: () => void;
  readonly onReset: () => void;
}

/** Says that the shipped wording changed since the own one was written, or that the own one cannot be used. */
export function PromptNotice({ prompt, own, pending, onKeep, onReset }: PromptNoticeProps) {
  const { t } = useTranslation('prompts');
  const [open, setOpen] = useState(false);
  if (!own?.has_moved && !own?.is_unusable) return null;
  return (
    <div className="border-doubt mb-6 flex flex-col items-start gap-2 border-s-2 py-1 ps-4">
      <p className="text-ui">{t(own.is_unusable ? 'unusableText' : 'movedText')}</p>
      <div className="flex flex-wrap gap-4">
        <Button variant="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('movedLook')}
        </Button>
        {own.is_unusable ? null : (
          <Button variant="link" disabled={pending} onClick={onKeep}>
            {t('movedKeep')}
          </Button>
        )}
        <Button variant="link" disabled={pending} onClick={onReset}>
          {t('reset')}
        </Button>
      </div>
      {open ? (
        <PromptDifference first={own.base} second={prompt.shipped} language={prompt.language} />
      ) : null}
    </div>
  );
}
