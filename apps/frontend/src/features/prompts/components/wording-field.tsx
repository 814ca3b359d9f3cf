import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '@/shared/ui/class-names';
import { Field, controlLook } from '@/shared/ui/field';
import { segmentsOf, withVariable } from '../model';
import { useVariableWords } from '../words';

interface WordingFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly language: string;
  /** The variables this prompt has values for. */
  readonly variables: readonly string[];
  /** Those that stand in this text as shipped. */
  readonly chips: readonly string[];
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** One text of a prompt. Variables stand out in it; the chips below set one in where the caret is. */
export function WordingField(props: WordingFieldProps) {
  const { label, hint, value, language, variables, chips, error, onChange } = props;
  const { t } = useTranslation('prompts');
  const says = useVariableWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const at = area.current;
    if (!at) return;
    const { text, caret } = withVariable(value, name, at.selectionStart, at.selectionEnd);
    onChange(text);
    requestAnimationFrame(() => {
      at.focus();
      at.setSelectionRange(caret, caret);
    });
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <>
          <div className="grid">
            <textarea
              ref={area}
              lang={language}
              spellCheck={false}
              maxLength={20_000}
              value={value}
              onChange={(event) => onChange(event.target.value)}
              className={classNames(
                controlLook,
                'col-start-1 row-start-1 resize-none overflow-hidden wrap-anywhere',
              )}
              {...described}
            />
            {/* The same words below the field: they give it its height and paint the variables. */}
            <div
              aria-hidden
              lang={language}
              className={classNames(
                controlLook,
                'pointer-events-none col-start-1 row-start-1 min-h-20 border-transparent bg-transparent wrap-anywhere whitespace-pre-wrap text-transparent',
              )}
            >
              {segmentsOf(value).map((one, index) =>
                one.variable === null ? (
                  <span key={index}>{one.text}</span>
                ) : (
                  <mark
                    key={index}
                    className={classNames(
                      'rounded text-transparent',
                      variables.includes(one.variable)
                        ? 'bg-agent/15 outline-agent/40 outline'
                        : 'bg-del/15 outline-del/60 outline',
                    )}
                  >
                    {one.text}
                  </mark>
                ),
              )}
              {'\n'}
            </div>
          </div>
          {chips.length > 0 ? (
            <ul className="flex flex-wrap gap-x-2 gap-y-1" aria-label={t('insert')}>
              {chips.map((name) => (
                <li key={name}>
                  <button
                    type="button"
                    title={says(name)}
                    aria-label={t('insertOne', { name: says(name) || name })}
                    className="text-small border-agent/50 text-agent hover:bg-agent-wash target inline-flex items-center rounded border px-2"
                    onClick={() => insert(name)}
                  >
                    {`{{${name}}}`}
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
        </>
      )}
    </Field>
  );
}
