import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isInputMethodKey } from '@/prose/plugins/composition';
import { estimateQuery } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { controlLook } from '@/shared/ui/field';
import { usePrice, useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { useEscape } from '../hooks/use-escape';
import { useInView, usePlace } from '../hooks/use-place';
import { LENGTHS, useGoOn, type Length } from '../hooks/use-go-on';
import type { Desk } from '../runs/desk';
import { beatAt, caretOf, hasBeats } from '../runs/target';
import type { Session } from '../session';

const VARIANTS = ['1', '3'] as const;
/** What a page of a continuation is, by language of the book. */
const PAGE = { en: 300, zh: 480 } as const;

interface GoOnBoxProps {
  readonly session: Session;
  readonly follow: Desk['follow'];
  readonly onClose: () => void;
}

/** Asks how far and where to the text goes on from the caret, says what it costs, and begins. */
export function GoOnBox({ session, follow, onClose }: GoOnBoxProps) {
  const { t } = useTranslation('proposals');
  const words = useWords();
  const price = usePrice();
  const { view } = session.page;
  const [caret] = useState(view.state.selection.head);
  const [instruction, setInstruction] = useState('');
  const [variants, setVariants] = useState<'1' | '3'>('1');
  const beats = hasBeats(session, caret);
  const beat = beatAt(session, caret);
  const [length, setLength] = useState<Length>(beats ? 'beat' : 'paragraph');
  const place = usePlace(session, { from: caret, to: caret }, true);
  const box = useRef<HTMLDivElement>(null);
  useInView(box, true, place);
  const input = { ...caretOf(session, caret)?.input, length, variants: Number(variants) };
  const estimate = useQuery(estimateQuery(session.options.novel, 'writer.continue', input));
  const go = useGoOn(session, follow, onClose);
  const cost = price(estimate.data);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go.start({ length, variants: Number(variants), instruction: instruction.trim() }, caret);
  };
  useEscape(() => {
    onClose();
    view.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    // The Enter that confirms a composition never submits.
    if (isInputMethodKey(event.nativeEvent) && event.key === 'Enter') event.preventDefault();
  };
  const page = words(session.options.language.startsWith('zh') ? PAGE.zh : PAGE.en);
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t('goOn.label')}
      style={place}
      className="bg-raised shadow-pop rounded-pop absolute z-30 w-max max-w-[calc(100%-2rem)]"
    >
      <form onSubmit={submit} className="flex w-[min(26rem,calc(100vw-4rem))] flex-col gap-3 p-4">
        <div className="flex gap-2">
          <input
            autoFocus
            value={instruction}
            aria-label={t('goOn.instruction')}
            placeholder={t('goOn.instruction')}
            className={controlLook}
            disabled={go.isPending}
            maxLength={4_000}
            onChange={(event) => setInstruction(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <Button
            type="submit"
            variant="primary"
            aria-label={`${t('goOn.go')} · ${cost}`}
            disabled={go.isPending}
          >
            {t('goOn.go')}
          </Button>
        </div>
        <Choice
          label={t('goOn.length')}
          className="text-meta [&>legend]:sr-only"
          value={length}
          onChange={setLength}
          options={LENGTHS.filter((one) => beats || one !== 'beat').map((value) => ({
            value,
            label: t(`goOn.lengths.${value}`, { words: page }),
          }))}
        />
        <Choice
          label={t('rewrite.variants.label')}
          className="text-meta [&>legend]:sr-only"
          value={variants}
          onChange={setVariants}
          options={VARIANTS.map((value) => ({ value, label: t(`rewrite.variants.${value}`) }))}
        />
        {beats ? (
          <div className="-ms-2 flex flex-wrap gap-x-1">
            {beat ? (
              <Button
                variant="quiet"
                size="small"
                disabled={go.isPending}
                onClick={() => go.writeBeats([beat], instruction.trim(), caret)}
              >
                {t('goOn.beat')}
              </Button>
            ) : null}
            <Button
              variant="quiet"
              size="small"
              disabled={go.isPending}
              onClick={() => go.writeBeats([], instruction.trim(), caret)}
            >
              {t('goOn.beats')}
            </Button>
          </div>
        ) : null}
        <p className="text-small text-ink-3 figures">{cost}</p>
        {go.error ? <ProblemNote error={go.error} /> : null}
      </form>
    </div>
  );
}
