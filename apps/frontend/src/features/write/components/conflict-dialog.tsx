import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '@/prose/json';
import type { Choice } from '@/prose/merge';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import type { SaveState } from '../saving/slots';
import type { Session } from '../session';
import { Difference } from './difference';

interface ConflictDialogProps {
  readonly session: Session;
  readonly conflict: Extract<SaveState, { state: 'conflict' }>;
}

const CHOICES: readonly Choice[] = ['mine', 'theirs', 'both'];

/** The same sentence changed on two devices: the author says which stands, one paragraph at a time. */
export function ConflictDialog({ session, conflict }: ConflictDialogProps) {
  const { t } = useTranslation('write');
  const [open, setOpen] = useState(true);
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const { conflicts, scene } = conflict;
  const isDone = conflicts.every(({ pid }) => choices.has(pid));
  if (!open) {
    return (
      <div className="fixed bottom-12 start-1/2 z-30">
        <Button variant="primary" onClick={() => setOpen(true)}>
          {t('save.choose')}
        </Button>
      </div>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={setOpen}
      title={t('conflict.title')}
      description={t('conflict.text')}
    >
      <ol className="flex flex-col gap-6">
        {conflicts.map(({ pid, mine, theirs }, index) => (
          <li key={pid} className="flex flex-col gap-2">
            <span className="text-small text-ink-3 figures">
              {t('conflict.counter', { index: index + 1, total: conflicts.length })}
            </span>
            <Difference
              mine={textOf(mine)}
              theirs={textOf(theirs)}
              language={session.options.language}
            />
            <div role="radiogroup" aria-label={t('conflict.title')} className="flex gap-2">
              {CHOICES.map((choice) => (
                <Button
                  key={choice}
                  role="radio"
                  size="small"
                  aria-checked={choices.get(pid) === choice}
                  className="aria-checked:border-ink aria-checked:bg-line/60"
                  onClick={() => setChoices(new Map(choices).set(pid, choice))}
                >
                  {t(`conflict.${choice}`)}
                </Button>
              ))}
            </div>
          </li>
        ))}
      </ol>
      <DialogActions>
        <Button
          variant="primary"
          disabled={!isDone}
          onClick={() => void session.autosave.resolve(scene, choices)}
        >
          {t('conflict.apply')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
