import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/shared/i18n/format';
import { isEmpty, isRecord, nameOf, partsInOrder, shapeOf } from '../sheet';
import type { Value } from '../types';

/** The words for a part of a sheet; one without words of its own shows the name it travels by. */
export function useFieldName(): (path: string) => string {
  const { t, i18n } = useTranslation('concept');
  return (path) => {
    const names = [path.replaceAll('.', '_'), path.split('.').at(-1) ?? path];
    for (const name of names) {
      const key = `fields.${name}`;
      if (i18n.exists(key, { ns: 'concept' })) return t(key as 'fields.title');
    }
    return path.replaceAll(/[._]/gu, ' ');
  };
}

/** The words for one of a few fixed answers; anything else is shown as it is. */
export function useChosen(): (value: string) => string {
  const { t, i18n } = useTranslation('concept');
  return (value) => {
    const key = `choices.${value}`;
    return /^[a-z_]+$/u.test(value) && i18n.exists(key, { ns: 'concept' })
      ? t(key as 'choices.first')
      : value;
  };
}

/** The parts whose words are one of a few. */
const CHOSEN: ReadonlySet<string> = new Set([
  'role',
  'kind',
  'turning',
  'person',
  'tense',
  'pov_discipline',
  'distance',
  'hardness',
  'category',
]);

/** A value as it is read: a paragraph, a line of words, or named parts. */
export function ValueView({ value, language }: { value: Value | undefined; language: string }) {
  const { i18n } = useTranslation();
  const named = useFieldName();
  const chosen = useChosen();
  const { t } = useTranslation('concept');
  if (value === undefined || value === null || isEmpty(value)) return null;
  if (typeof value === 'boolean') return <p>{t(value ? 'sheet.yes' : 'sheet.no')}</p>;
  if (typeof value === 'number') return <p>{formatNumber(value, i18n.language)}</p>;
  if (typeof value === 'string') {
    return (
      <p lang={language} className="whitespace-pre-line">
        {value}
      </p>
    );
  }
  if (isRecord(value)) {
    return (
      <dl lang={language}>
        {partsInOrder(value).map(([name, one]) =>
          isEmpty(one) ? null : (
            <div key={name}>
              <dt lang={i18n.language} className="text-ink-3 text-small inline">
                {named(name)}{' '}
              </dt>
              <dd className={isInline(one) ? 'inline' : 'border-line border-s ps-3'}>
                {isInline(one) ? (
                  inlineOf(one, i18n.language, CHOSEN.has(name) ? chosen : String)
                ) : (
                  <ValueView value={one} language={language} />
                )}
              </dd>
            </div>
          ),
        )}
      </dl>
    );
  }
  if (shapeOf(value).kind === 'lines') {
    return (
      <ul lang={language}>
        {value.map((one, index) => (
          <li key={index}>{inlineOf(one, i18n.language, String)}</li>
        ))}
      </ul>
    );
  }
  return (
    <ul className="flex flex-col gap-2">
      {value.map((one, index) => (
        <li key={index}>
          <Thing value={one} language={language} />
        </li>
      ))}
    </ul>
  );
}

/** The part that says a thing in one line, beside its name. */
const LINES = ['line', 'one_line', 'summary', 'meaning', 'label'] as const;

/** One thing of a list: its name as the head of a paragraph, what else is known of it below. */
export function Thing({ value, language }: { value: Value; language: string }) {
  if (!isRecord(value)) return <ValueView value={value} language={language} />;
  const name = nameOf(value);
  const rest = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== name));
  const told = LINES.find((one) => typeof rest[one] === 'string' && rest[one] !== '');
  const line = told ? rest[told] : undefined;
  const others = Object.fromEntries(Object.entries(rest).filter(([one]) => one !== told));
  return (
    <div lang={language}>
      <p>
        <span className="font-medium">{name}</span>
        {typeof line === 'string' ? <span className="text-ink-2"> {line}</span> : null}
      </p>
      <div className="text-meta text-ink-2">
        <ValueView value={others} language={language} />
      </div>
    </div>
  );
}

const isInline = (value: Value): boolean =>
  !isRecord(value) && (!Array.isArray(value) || shapeOf(value).kind === 'lines');

function inlineOf(value: Value, locale: string, chosen: (value: string) => string): string {
  // Whole sentences stand in such lists as well as words: a comma would run them together.
  if (Array.isArray(value)) return (value as readonly Value[]).map(String).join(' · ');
  return typeof value === 'number' ? formatNumber(value, locale) : chosen(String(value));
}
