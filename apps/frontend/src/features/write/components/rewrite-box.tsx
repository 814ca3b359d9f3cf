import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Selection } from '@tiptap/pm/state';
import { useEffect, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isInputMethodKey } from '@/prose/plugins/composition';
import { setHeld } from '@/prose/plugins/held';
import { keys } from '@/shared/api/keys';
import { estimateQuery, startRun } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { controlLook } from '@/shared/ui/field';
import { usePrice, useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { Selected } from '../chapter-store';
import type { Desk } from '../runs/desk';
import { targetOf } from '../runs/target';
import type { Session } from '../session';

const PRESETS = ['tighter', 'expand', 'tension', 'show', 'plain', 'dialogue', 'voice'] as const;
type Preset = (typeof PRESETS)[number];
const VARIANTS = ['1', '3'] as const;

interface RewriteBoxProps {
  readonly session: Session;
  readonly selected: Selected;
  readonly follow: Desk['follow'];
  readonly onClose: () => void;
}

/** Asks what should change, says what it costs, and starts the rewrite. */
export function RewriteBox({ session, selected, follow, onClose }: RewriteBoxProps) {
  const { t } = useTranslation('proposals');
  const [instruction, setInstruction] = useState('');
  const [variants, setVariants] = useState<'1' | '3'>('1');
  const words = useWords();
  const price = usePrice();
  const { novel } = session.options;
  const target = targetOf(session, selected);
  const estimate = useQuery({
    ...estimateQuery(novel, 'writer.rewrite', { ...target?.input, variants: Number(variants) }),
    enabled: target !== null,
  });
  const rewrite = useRewrite(session, selected, Number(variants), follow, onClose);
  useHeld(session, selected);
  const cost = t('rewrite.estimate', { words: words(selected.words), price: price(estimate.data) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (instruction.trim() !== '') rewrite.mutate({ instruction: instruction.trim() });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isInputMethodKey(event.nativeEvent)) {
      // The Enter that confirms a composition never submits.
      if (event.key === 'Enter') event.preventDefault();
      return;
    }
    if (event.key === 'Escape') onClose();
  };
  return (
    <form onSubmit={submit} className="flex w-[min(24rem,calc(100vw-4rem))] flex-col gap-3 p-4">
      <div className="flex gap-2">
        <input
          autoFocus
          value={instruction}
          aria-label={t('rewrite.instruction')}
          placeholder={t('rewrite.instruction')}
          className={controlLook}
          disabled={rewrite.isPending}
          onChange={(event) => setInstruction(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button
          type="submit"
          variant="primary"
          aria-label={`${t('rewrite.go')} · ${cost}`}
          disabled={rewrite.isPending || instruction.trim() === ''}
        >
          {rewrite.isPending ? t('rewrite.working') : t('rewrite.go')}
        </Button>
      </div>
      <fieldset disabled={rewrite.isPending}>
        <legend className="text-small text-ink-3 mb-1">{t('rewrite.presets')}</legend>
        <div className="-ms-2 flex flex-wrap gap-x-1">
          {PRESETS.map((preset) => (
            <Button
              key={preset}
              variant="quiet"
              size="small"
              aria-label={`${t(`rewrite.preset.${preset}`)} · ${cost}`}
              onClick={() => rewrite.mutate({ preset, instruction: instruction.trim() })}
            >
              {t(`rewrite.preset.${preset}`)}
            </Button>
          ))}
        </div>
      </fieldset>
      <Choice
        label={t('rewrite.variants.label')}
        className="text-meta flex-row items-baseline gap-4 [&>legend]:sr-only"
        value={variants}
        onChange={setVariants}
        options={VARIANTS.map((value) => ({ value, label: t(`rewrite.variants.${value}`) }))}
      />
      <p className="text-small text-ink-3 figures">{cost}</p>
      {rewrite.error ? <ProblemNote error={rewrite.error} /> : null}
    </form>
  );
}

interface Wish {
  readonly instruction: string;
  readonly preset?: Preset;
}

function useRewrite(
  session: Session,
  selected: Selected,
  variants: number,
  follow: Desk['follow'],
  onClose: () => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ instruction, preset }: Wish) => {
      // The agent reads the server's text: what was typed a second ago has to be there.
      await session.autosave.flush();
      const target = targetOf(session, selected);
      if (!target) throw new Error('nothing selected');
      const run = await startRun(session.options.novel, 'writer.rewrite', {
        ...target.input,
        ...(instruction === '' ? {} : { instruction }),
        ...(preset ? { preset } : {}),
        ...(variants > 1 ? { variants } : {}),
      });
      return { run, at: target.at };
    },
    onSuccess: ({ run, at }) => {
      follow(run, at);
      const { view } = session.page;
      // The selection would hide what is struck and what is new.
      view.dispatch(
        view.state.tr.setSelection(Selection.near(view.state.doc.resolve(selected.to), -1)),
      );
      void client.invalidateQueries({ queryKey: keys.runs() });
      onClose();
    },
  });
}

/** The words that are being asked about stay marked, although the caret is in the box now. */
function useHeld(session: Session, { from, to }: Selected) {
  useEffect(() => {
    const { view } = session.page;
    const hold = (range: { from: number; to: number } | null) =>
      session.page.gate.run(() => {
        if (!view.isDestroyed) view.dispatch(setHeld(view.state, range));
      });
    hold({ from, to });
    return () => hold(null);
  }, [session, from, to]);
}
