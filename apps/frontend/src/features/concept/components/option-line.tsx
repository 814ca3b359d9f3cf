import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Tick } from '@/shared/ui/fields';
import { isEmpty, nameOf } from '../sheet';
import type { OptionRead, Score, Stage, Value } from '../types';
import { OptionForm } from './option-form';
import { ValueView } from './value-view';

export interface OptionActs {
  readonly novel: string;
  readonly stage: Stage;
  readonly language: string;
  readonly ticked: readonly string[];
  readonly isLocked: boolean;
  readonly pending: boolean;
  readonly titleOf: (handle: string) => string;
  readonly onTick: (id: string) => void;
  readonly onTake: (id: string) => void;
}

interface OptionLineProps extends OptionActs {
  readonly option: OptionRead;
  readonly number: number;
}

export const optionId = (id: string) => `option-${id}`;

/** One option as a numbered paragraph: what it is, what it gains and costs, how it scores. */
export function OptionLine(props: OptionLineProps) {
  const { option, number, language, ticked, isLocked, pending, titleOf, onTick, onTake } = props;
  const { t, i18n } = useTranslation('concept');
  const [editing, setEditing] = useState(false);
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  return (
    <li
      id={optionId(option.id)}
      data-option={option.id}
      tabIndex={-1}
      aria-label={t('option.label', { number, title: option.title })}
      className="grid grid-cols-[1.75rem_1fr] py-4"
    >
      <span aria-hidden className="text-section text-ink-3 figures font-serif">
        {number}
      </span>
      <div className="min-w-0">
        <h3 lang={language} className="text-section font-serif font-medium">
          {option.title}
          {option.picked ? (
            <span lang={i18n.language} className="text-meta text-ins ms-3 font-sans font-normal">
              {t('option.taken')}
            </span>
          ) : null}
        </h3>
        <Body option={option} language={language} />
        <dl className="text-meta mt-2 grid grid-cols-[auto_1fr] gap-x-3">
          {(['gains', 'costs'] as const).map((name) =>
            option[name] ? (
              <div key={name} className="contents">
                <dt className="text-ink-3">{t(`option.${name}`)}</dt>
                <dd lang={language}>{option[name]}</dd>
              </div>
            ) : null,
          )}
        </dl>
        <p className="text-small text-ink-3 figures mt-2">
          <Scores scores={option.scores} />
          {option.origin === 'merged' && option.parents.length > 0 ? (
            <span>{t('by.mergedFrom', { options: list.format(option.parents.map(titleOf)) })}</span>
          ) : null}
          {option.origin === 'edited' ? <span>{t('option.edited')}</span> : null}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-1">
          <Button
            size="small"
            disabled={isLocked || pending}
            aria-label={t('option.takeThis', { title: option.title })}
            onClick={() => onTake(option.id)}
          >
            {t('option.take')}
          </Button>
          <Button
            variant="link"
            aria-label={t('option.editThis', { title: option.title })}
            onClick={() => setEditing(true)}
          >
            {t('option.edit')}
          </Button>
          <Tick
            label={
              <>
                {t('option.tick')}
                <span className="sr-only"> {option.title}</span>
              </>
            }
            checked={ticked.includes(option.id)}
            onChange={() => onTick(option.id)}
          />
        </div>
      </div>
      {editing ? <OptionForm {...props} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}

/** The sentences of an option; what it says in lists and parts is folded away below them. */
function Body({ option, language }: { option: OptionRead; language: string }) {
  const { t } = useTranslation('concept');
  const told = Object.entries(option.body).filter(
    ([name, value]) => name !== 'title' && !isEmpty(value),
  );
  const sentences = told.filter(([, value]) => isSentence(value)).slice(0, 4);
  const names = told.flatMap(([, value]) =>
    Array.isArray(value) ? (value as readonly Value[]).map(nameOf).filter(Boolean) : [],
  );
  const zh = language.startsWith('zh');
  const rest = Object.fromEntries(
    told.filter(([name]) => !sentences.some(([shown]) => shown === name)),
  );
  return (
    <>
      {sentences.length === 0 && names.length > 0 ? (
        <p lang={language} className="text-ui mt-1 max-w-prose">
          {asSentence(names.slice(0, 8).join(zh ? '、' : ', '), language)}
        </p>
      ) : null}
      <p lang={language} className="text-ui mt-1 max-w-prose">
        {sentences.map(([, value]) => asSentence(String(value), language)).join(zh ? '' : ' ')}
      </p>
      {Object.keys(rest).length > 0 ? (
        <details className="mt-1">
          <summary className="text-meta text-ink-2 target w-fit underline underline-offset-4">
            {t('option.more')}
          </summary>
          <div className="text-meta border-line mt-1 border-s ps-3">
            <ValueView value={rest} language={language} />
          </div>
        </details>
      ) : null}
    </>
  );
}

/** A word or two is a fact of the sheet; what is told in a paragraph is longer. */
function isSentence(value: Value): boolean {
  return typeof value === 'string' && value.length > (/\p{Script=Han}/u.test(value) ? 8 : 24);
}

/** Parts of an option come as phrases; in a paragraph each ends as a sentence does. */
function asSentence(text: string, language: string): string {
  if (/[.!?…。！？"”』」]$/u.test(text.trim())) return text;
  return `${text}${language.startsWith('zh') ? '。' : '.'}`;
}

/** "By the rules: fit 8. Worldsmith’s opinion: novelty 7." Plain figures with what they rest on. */
function Scores({ scores }: { scores: readonly Score[] }) {
  const { t, i18n } = useTranslation('concept');
  const name = (score: Score) => {
    const key = `scores.${score.name}`;
    return i18n.exists(key, { ns: 'concept' }) ? t(key as 'scores.fit') : score.name;
  };
  return (['code', 'model'] as const).map((basis) => {
    const own = scores.filter((score) => score.basis === basis);
    if (own.length === 0) return null;
    const figures = own.map(
      (score) =>
        `${name(score)} ${formatNumber(Math.round(score.value * 100) / 100, i18n.language)}`,
    );
    return (
      <span key={basis} className="me-4 inline-block">
        {t(`scores.by.${basis}`, { figures: figures.join(' · ') })}
      </span>
    );
  });
}
