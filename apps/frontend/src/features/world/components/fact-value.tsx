import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Field, controlLook } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import type { FactValue } from '../fact-wish';
import { isNumber, takesText } from '../fact-wish';
import { kindOf, objectKinds } from '../model';
import { entriesQuery } from '../queries';
import type { PredicateView } from '../types';

interface FactValueFieldProps {
  readonly novel: string;
  readonly language: string;
  readonly predicate: PredicateView;
  /** The entry the fact is about: it points to others, not to itself. */
  readonly except: string;
  readonly value: FactValue;
  readonly onChange: (value: FactValue) => void;
}

/** The control that fits what a predicate takes: another entry, one of a few words, a number, text. */
export function FactValueField(props: FactValueFieldProps) {
  const { novel, language, predicate, except, value, onChange } = props;
  const { t } = useTranslation('world');
  const kinds = objectKinds(predicate);
  const entries = useQuery({
    ...entriesQuery(novel, { scene: null, clock: 'story' }),
    enabled: kinds.length > 0,
  });
  const others = (entries.data ?? []).filter(
    (entry) => entry.id !== except && kinds.includes(kindOf(entry.kind)),
  );
  const text = takesText(predicate);
  return (
    <>
      {kinds.length > 0 ? (
        <Field label={text ? t('fact.whoOr') : t('fact.who')}>
          {(described) => (
            <Select
              value={value.object}
              options={[
                { value: '', label: t('fact.choose') },
                ...others.map((entry) => ({ value: entry.id, label: entry.name })),
              ]}
              onValueChange={(object) => onChange({ ...value, object, text: '' })}
              {...described}
            />
          )}
        </Field>
      ) : null}
      {predicate.choices.length > 0 ? (
        <Field label={t('fact.value')}>
          {(described) => (
            <Select
              value={value.text}
              options={[{ value: '', label: t('fact.choose') }, ...predicate.choices]}
              onValueChange={(one) => onChange({ ...value, text: one, object: '' })}
              {...described}
            />
          )}
        </Field>
      ) : null}
      {text ? (
        <Field label={kinds.length > 0 ? t('fact.orText') : t('fact.value')}>
          {(described) => (
            <input
              lang={language}
              maxLength={2_000}
              inputMode={isNumber(predicate) ? 'decimal' : undefined}
              className={controlLook}
              value={value.text}
              onChange={(event) => onChange({ ...value, text: event.target.value, object: '' })}
              {...described}
            />
          )}
        </Field>
      ) : null}
      {predicate.qualifiers.length > 0 ? (
        <div className="grid gap-4 sm:grid-cols-2">
          {predicate.qualifiers.map((name) => (
            <Field key={name} label={t(`fact.qualifiers.${name}` as 'fact.value')}>
              {(described) => (
                <input
                  lang={language}
                  maxLength={200}
                  className={controlLook}
                  value={value.qualifier[name] ?? ''}
                  onChange={(event) =>
                    onChange({
                      ...value,
                      qualifier: { ...value.qualifier, [name]: event.target.value },
                    })
                  }
                  {...described}
                />
              )}
            </Field>
          ))}
        </div>
      ) : null}
    </>
  );
}
