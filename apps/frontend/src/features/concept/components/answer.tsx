import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer as Given, Comparison, Value } from '../types';
import { OptionLine, type OptionActs } from './option-line';
import { ValueView, useFieldName } from './value-view';
import { fieldOf } from '../sheet';

interface AnswerProps {
  readonly answer: Given;
  readonly acts: OptionActs;
  readonly onTakePatch?: ((path: string, value: Value) => void) | undefined;
}

/** What Worldsmith answered, part by part, in the order it is read. */
export function Answer({ answer, acts, onTakePatch }: AnswerProps) {
  const { t, i18n } = useTranslation('concept');
  const named = useFieldName();
  const { language } = acts;
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const { text, question, options, comparison, patch, filled, placed, unplaced, conflicts } =
    answer;
  return (
    <div className="flex flex-col gap-3">
      {text ? (
        <p lang={language} className="text-ui max-w-prose whitespace-pre-line">
          {text}
        </p>
      ) : null}
      {comparison ? <Table {...{ comparison, language }} titleOf={acts.titleOf} /> : null}
      {options?.length ? (
        <ol className="divide-line divide-y">
          {options.map((option, index) => (
            <OptionLine key={option.id} {...acts} option={option} number={index + 1} />
          ))}
        </ol>
      ) : null}
      {conflicts?.length ? (
        <Part title={t('answer.conflicts')}>
          {conflicts.map((one) => (
            <li key={one.path}>
              {named(fieldOf(acts.stage, one.path))}
              <ul lang={language} className="text-ink-2 list-disc ps-5">
                {one.values.map((value, index) => (
                  <li key={index}>
                    <ValueView value={value} language={language} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </Part>
      ) : null}
      {patch?.length ? (
        <Part title={t('answer.patch')}>
          {patch.map((one) => (
            <li key={one.path}>
              <span className="text-ink-3">{named(fieldOf(acts.stage, one.path))}</span>
              <ValueView value={one.value} language={language} />
              {onTakePatch ? (
                <button
                  type="button"
                  className="target decoration-line-2 underline underline-offset-4"
                  onClick={() => onTakePatch(one.path, one.value)}
                >
                  {t('answer.takePatch', { field: named(fieldOf(acts.stage, one.path)) })}
                </button>
              ) : null}
            </li>
          ))}
        </Part>
      ) : null}
      {filled ? (
        <p className="text-ui">
          {filled.length > 0
            ? t('answer.filled', {
                fields: list.format(
                  [...new Set(filled.map((path) => fieldOf(acts.stage, path)))].map(named),
                ),
              })
            : t('answer.filledNone')}
        </p>
      ) : null}
      {placed?.length ? (
        <Part title={t('answer.placed')}>
          {placed.map((one, index) => (
            <li key={index}>
              <span className="text-ink-3">
                {t('answer.at', {
                  stage: t(`stages.${one.stage}`),
                  field: named(fieldOf(one.stage, one.path)),
                })}
              </span>
              <ValueView value={one.value} language={language} />
              <q lang={language} className="text-ink-2 block font-serif">
                {one.quote}
              </q>
            </li>
          ))}
        </Part>
      ) : null}
      {unplaced?.length ? (
        <Part title={t('answer.unplaced')}>
          {unplaced.map((one, index) => (
            <li key={index} lang={language}>
              {one}
            </li>
          ))}
        </Part>
      ) : null}
      {question ? (
        <p lang={language} className="text-ui font-medium">
          {question}
        </p>
      ) : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-meta text-ink-2 mb-1 font-medium">{title}</h3>
      <ul className="text-meta flex flex-col gap-2">{children}</ul>
    </section>
  );
}

interface TableProps {
  readonly comparison: Comparison;
  readonly language: string;
  readonly titleOf: (handle: string) => string;
}

/** Criterion by option, one sentence to a cell, the advice below. */
function Table({ comparison, language, titleOf }: TableProps) {
  const { t } = useTranslation('concept');
  const head = 'text-meta text-ink-2 pe-4 py-2 text-start align-bottom font-medium';
  return (
    <div>
      {/* A wide table scrolls by itself; focus lets keys scroll it. */}
      <div
        className="overflow-x-auto"
        role="region"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('answer.comparison')}
      >
        <table className="text-meta w-full min-w-[32rem]">
          <thead>
            <tr className="border-line border-b">
              <th scope="col" className={head}>
                {t('answer.criterion')}
              </th>
              {comparison.options.map((handle) => (
                <th key={handle} scope="col" lang={language} className={head}>
                  {titleOf(handle)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-line divide-y" lang={language}>
            {comparison.rows.map((row) => (
              <tr key={row.criterion}>
                <th scope="row" className="py-2 pe-4 text-start align-top font-medium">
                  {row.criterion}
                </th>
                {row.cells.map((cell, index) => (
                  <td key={index} className="py-2 pe-4 align-top">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {comparison.advice ? (
        <p lang={language} className="text-ui mt-3 max-w-prose">
          {comparison.advice}
        </p>
      ) : null}
    </div>
  );
}
