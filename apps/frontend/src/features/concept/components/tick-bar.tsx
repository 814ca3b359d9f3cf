import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { AreaField } from '@/shared/ui/fields';
import { FormDialog } from '@/shared/ui/form-dialog';
import { canCompare, canMerge } from '../model';
import type { useAsk } from '../queries';

interface TickBarProps {
  readonly ticked: readonly string[];
  readonly titles: readonly string[];
  readonly disabled: boolean;
  readonly onMerge: () => void;
  readonly onCompare: () => void;
  readonly onClear: () => void;
}

/** What can be done with the ticked options. */
export function TickBar(props: TickBarProps) {
  const { ticked, titles, disabled, onMerge, onCompare, onClear } = props;
  const { t, i18n } = useTranslation('concept');
  if (ticked.length === 0) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  return (
    <div
      role="group"
      aria-label={t('ticked.label')}
      className="bg-raised border-line flex flex-wrap items-center gap-2 border-t px-4 py-2 md:px-8"
    >
      <p className="text-meta text-ink-2 grow">
        {ticked.length === 1 ? t('ticked.one') : list.format(titles)}
      </p>
      <Button size="small" disabled={disabled || !canMerge(ticked.length)} onClick={onMerge}>
        {t('ticked.merge')}
      </Button>
      <Button size="small" disabled={disabled || !canCompare(ticked.length)} onClick={onCompare}>
        {t('ticked.compare')}
      </Button>
      <Button variant="quiet" size="small" onClick={onClear}>
        {t('ticked.clear')}
      </Button>
    </div>
  );
}

interface MergeDialogProps {
  readonly language: string;
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  readonly asking: ReturnType<typeof useAsk>;
  readonly onClose: () => void;
}

/** Asks in one sentence how options are to become one. */
export function MergeDialog({ language, ids, titles, asking, onClose }: MergeDialogProps) {
  const { t, i18n } = useTranslation('concept');
  const [text, setText] = useState('');
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const instruction = text.trim();
  return (
    <FormDialog
      title={t('merge.title')}
      description={list.format(titles)}
      submit={t('merge.go')}
      pending={asking.isPending}
      error={asking.error}
      onSubmit={() =>
        asking.mutate(
          { action: 'merge', option_ids: ids, ...(instruction ? { instruction } : {}) },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <AreaField
        autoFocus
        label={t('merge.how')}
        hint={t('merge.hint')}
        lang={language}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  );
}
