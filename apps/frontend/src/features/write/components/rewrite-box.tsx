import { useQuery } from '@tanstack/react-query';
import { Selection } from '@tiptap/pm/state';
import { useEffect, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isInputMethodKey } from '@/prose/plugins/composition';
import { setHeld } from '@/prose/plugins/held';
import { estimateQuery } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { controlLook } from '@/shared/ui/field';
import { usePrice, useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import type { Selected } from '../chapter-store';
import { useTool } from '../hooks/use-tool';
import type { Desk } from '../runs/desk';
import { targetOf } from '../runs/target';
import type { Session } from '../session';
import { LengthForm } from './length-form';

const PRESETS = ['tighter', 'expand', 'tension', 'show', 'plain', 'dialogue', 'voice'] as const;
const VARIANTS = ['1', '3'] as const;

export interface ToolBoxProps {
  readonly session: Session;
  readonly selected: Selected;
  readonly follow: Desk['follow'];
  readonly onClose: () => void;
}

/** Asks what should change, says what it costs, and starts the rewrite. */
export function RewriteBox(props: ToolBoxProps & { readonly onVoice: () => void }) {
  const { session, selected, onClose, onVoice } = props;
  const { t } = useTranslation('proposals');
  const [instruction, setInstruction] = useState('');
  const [variants, setVariants] = useState<'1' | '3'>('1');
  const words = useWords();
  const price = usePrice();
  const target = targetOf(session, selected);
  const estimate = useQuery({
    ...estimateQuery(session.options.novel, 'writer.rewrite', {
      ...target?.input,
      variants: Number(variants),
    }),
    enabled: target !== null,
  });
  const { ask, isPending, error } = useAsk(props);
  const cost = t('rewrite.estimate', { words: words(selected.words), price: price(estimate.data) });
  const asked = instruction.trim();
  const many = variants === '1' ? {} : { variants: Number(variants) };
  const start = (task: string, more: object) =>
    ask(task, { ...many, ...(asked === '' ? {} : { instruction: asked }), ...more });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (asked !== '') start('writer.rewrite', {});
  };
  return (
    <div className="flex w-[min(26rem,calc(100vw-4rem))] flex-col gap-3 p-4">
      <form onSubmit={submit} className="flex gap-2">
        <input
          autoFocus
          value={instruction}
          aria-label={t('rewrite.instruction')}
          placeholder={t('rewrite.instruction')}
          className={controlLook}
          disabled={isPending}
          onChange={(event) => setInstruction(event.target.value)}
          onKeyDown={closeOnEscape(onClose)}
        />
        <Button
          type="submit"
          variant="primary"
          aria-label={`${t('rewrite.go')} · ${cost}`}
          disabled={isPending || asked === ''}
        >
          {isPending ? t('rewrite.working') : t('rewrite.go')}
        </Button>
      </form>
      <fieldset disabled={isPending}>
        <legend className="text-small text-ink-3 mb-1">{t('rewrite.presets')}</legend>
        <div className="-ms-2 flex flex-wrap gap-x-1">
          {PRESETS.map((preset) => (
            <Button
              key={preset}
              variant="quiet"
              size="small"
              aria-label={`${t(`rewrite.preset.${preset}`)} · ${cost}`}
              onClick={() => start('writer.rewrite', { preset })}
            >
              {t(`rewrite.preset.${preset}`)}
            </Button>
          ))}
          <Button
            variant="quiet"
            size="small"
            aria-label={`${t('rewrite.voices')} · ${cost}`}
            onClick={() => start('writer.dialogue', {})}
          >
            {t('rewrite.voices')}
          </Button>
        </div>
      </fieldset>
      <LengthForm
        now={selected.words}
        disabled={isPending}
        onKeyDown={closeOnEscape(onClose)}
        onLength={(length) => start('writer.resize', { words: length })}
      />
      <Choice
        label={t('rewrite.variants.label')}
        className="text-meta flex-row items-baseline gap-4 [&>legend]:sr-only"
        value={variants}
        onChange={setVariants}
        options={VARIANTS.map((value) => ({ value, label: t(`rewrite.variants.${value}`) }))}
      />
      <div className="flex items-baseline justify-between gap-4">
        <p className="text-small text-ink-3 figures">{cost}</p>
        <Button variant="link" size="small" onClick={onVoice}>
          {t('voice.open')}
        </Button>
      </div>
      {error ? <ProblemNote error={error} /> : null}
    </div>
  );
}

/** Esc closes; the Enter that confirms a composition never submits. */
export const closeOnEscape = (onClose: () => void) => (event: KeyboardEvent) => {
  if (isInputMethodKey(event.nativeEvent)) {
    if (event.key === 'Enter') event.preventDefault();
    return;
  }
  if (event.key === 'Escape') onClose();
};

/** Asks a tool about the selected words, which stay marked meanwhile although the caret is elsewhere. */
export function useAsk({ session, selected, follow, onClose }: ToolBoxProps) {
  const tool = useTool(session, follow, () => {
    const { view } = session.page;
    // The selection would hide what is struck and what is new.
    view.dispatch(
      view.state.tr.setSelection(Selection.near(view.state.doc.resolve(selected.to), -1)),
    );
    onClose();
  });
  const { from, to } = selected;
  useEffect(() => {
    const { view } = session.page;
    const hold = (range: { from: number; to: number } | null) =>
      session.page.gate.run(() => {
        if (!view.isDestroyed) view.dispatch(setHeld(view.state, range));
      });
    hold({ from, to });
    return () => hold(null);
  }, [session, from, to]);
  const ask = (task: string, more: object) =>
    tool.mutate(() => {
      const target = targetOf(session, selected);
      return target && { task, at: target.at, input: { ...target.input, ...more } };
    });
  return { ask, isPending: tool.isPending, error: tool.error };
}
