import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { components } from '@/shared/api/generated/schema';
import { formatNumber } from '@/shared/i18n/format';
import { namesQuery } from '../memory-queries';
import { bySlot, lineOf, quoteOf, type Part } from '../parts';

interface PartsProps {
  readonly novel: string;
  readonly prompt: string;
  readonly parts: readonly Part[];
  readonly withheld: readonly components['schemas']['ReceiptWithheld'][];
  /** What could not be asked: search by meaning, the graph. */
  readonly missing: readonly string[];
}

/** Why a part was chosen or left out, in the author's words. */
export function useReason(): (code: string) => string {
  const { t, i18n } = useTranslation('runs');
  return (code) => {
    const beat = /^beat[(:]?(\d+)/u.exec(code)?.[1];
    if (beat) return t('receipt.beat', { number: beat });
    const key = `receipt.reasons.${code}`;
    return i18n.exists(key, { ns: 'runs' }) ? t(key as 'receipt.reasons.pov') : code;
  };
}

/** What a part is, in words: its own line of the prompt, the name of its row today, or its kind. */
export function usePartName(novel: string, prompt: string): (part: Part) => string {
  const { t, i18n } = useTranslation('runs');
  const names = useQuery(namesQuery(novel)).data;
  const kindOf = (code: string) => {
    const key = `receipt.kinds.${code}`;
    return i18n.exists(key, { ns: 'runs' }) ? t(key as 'receipt.kinds.rule') : code;
  };
  return (part) =>
    lineOf(prompt, part) ??
    names?.get(part.id ?? '') ??
    quoteOf(part) ??
    kindOf(part.kind || part.item);
}

/** The parts of a briefing by what they are for: what stands in the prompt, what does not, and why. */
export function Parts({ novel, prompt, parts, withheld, missing }: PartsProps) {
  const { t, i18n } = useTranslation('runs');
  const names = useQuery(namesQuery(novel)).data;
  const reason = useReason();
  const number = (value: number) => formatNumber(value, i18n.language);
  const name = usePartName(novel, prompt);
  return (
    <div className="flex flex-col gap-5">
      {bySlot(parts).map((group) => (
        <section key={group.slot ?? 'other'}>
          <h3 className="text-meta mb-1 flex gap-x-4 font-medium">
            <span className="grow">{t(`receipt.slots.${group.slot ?? 'other'}`)}</span>
            <span className="text-ink-3 figures font-normal">
              {t('receipt.count', { shown: number(group.tokens) })}
            </span>
          </h3>
          <ul className="divide-line border-line divide-y border-y">
            {group.parts.map((part, index) => (
              <li
                key={`${part.item}:${String(index)}`}
                className="text-meta grid grid-cols-[1fr_auto] gap-x-4 py-1 sm:grid-cols-[1fr_11rem_2.5rem]"
              >
                <span className={part.kept ? 'min-w-0' : 'text-ink-3 min-w-0 line-through'}>
                  {name(part)}
                </span>
                <span className="text-ink-3 max-sm:order-last max-sm:col-span-2">
                  {part.kept
                    ? reason(part.reason)
                    : `${t('receipt.dropped')}: ${reason(part.reason)}`}
                </span>
                <span className="text-ink-3 figures text-end">{number(part.tokens)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {withheld.length > 0 ? (
        <section>
          <h3 className="text-meta mb-1 font-medium">{t('receipt.heldBack')}</h3>
          <ul className="divide-line border-line divide-y border-y">
            {withheld.map((one) => (
              <li
                key={`${one.id}:${one.reason}`}
                className="text-meta grid gap-x-4 py-1 sm:grid-cols-[1fr_11rem_2.5rem]"
              >
                <span className="min-w-0">{names?.get(one.id) ?? t('receipt.passage')}</span>
                <span className="text-ink-3 sm:col-span-2">{reason(one.reason)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {missing.length > 0 ? (
        <p className="text-meta text-doubt">
          {t('receipt.missing', {
            what: missing
              .map((one) => {
                const key = `receipt.missingKinds.${one}`;
                const known = i18n.exists(key, { ns: 'runs' });
                return t(
                  known ? (key as 'receipt.missingKinds.meaning') : 'receipt.missingKinds.other',
                );
              })
              .join(' · '),
          })}
        </p>
      ) : null}
    </div>
  );
}

/** A long text, folded away until it is asked for. */
export function Full({ name, text }: { name: string; text: string }) {
  return (
    <details>
      <summary className="text-meta target w-fit underline underline-offset-4">{name}</summary>
      <pre
        // A text that scrolls can be reached by the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={name}
        className="text-meta bg-chrome mt-2 max-h-96 overflow-auto p-4 font-sans whitespace-pre-wrap"
      >
        {text}
      </pre>
    </details>
  );
}
