import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import type { useAsk } from '../queries';
import type { StageRead } from '../types';

interface EmptyStageProps {
  readonly stage: StageRead;
  readonly price: string;
  readonly asking: ReturnType<typeof useAsk>;
  readonly onSentence: () => void;
  readonly onNotes: () => void;
}

/** The first question of a stage and the ways in. */
export function EmptyStage({ stage, price, asking, onSentence, onNotes }: EmptyStageProps) {
  const { t } = useTranslation('concept');
  return (
    <div className="flex flex-col items-start gap-4 py-8">
      <h2 className="text-screen font-serif font-medium">{t(`empty.questions.${stage.stage}`)}</h2>
      <p className="text-ui text-ink-2 max-w-prose">{t(`empty.texts.${stage.stage}`)}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onSentence}>{t('empty.sentence')}</Button>
        {stage.stage === 'seed' ? <Button onClick={onNotes}>{t('empty.notes')}</Button> : null}
        <Button
          disabled={asking.isPending || !stage.may_generate}
          aria-label={`${t('empty.surprise')} · ${price}`}
          onClick={() => asking.mutate({ action: 'generate' })}
        >
          {t('empty.surprise')}
          <span className="figures text-ink-2 font-normal">{price}</span>
        </Button>
      </div>
    </div>
  );
}

interface NotesDialogProps {
  readonly language: string;
  readonly asking: ReturnType<typeof useAsk>;
  readonly onClose: () => void;
}

/** Pages of notes: they are stored first, then each piece is given a place. */
export function NotesDialog({ language, asking, onClose }: NotesDialogProps) {
  const { t } = useTranslation('concept');
  const [text, setText] = useState('');
  return (
    <FormDialog
      wide
      title={t('notes.title')}
      description={t('notes.text')}
      submit={t('notes.go')}
      ready={text.trim() !== ''}
      pending={asking.isPending}
      error={asking.error}
      onSubmit={() =>
        asking.mutate({ action: 'digest', text: text.trim() }, { onSuccess: onClose })
      }
      onClose={onClose}
    >
      <AreaField
        autoFocus
        rows={12}
        maxLength={100_000}
        lang={language}
        label={t('notes.field')}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  );
}
