import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { AreaField, SelectField, TextField, Tick } from '@/shared/ui/fields';
import { isRecord, listOf, nameOf, typedOf, withOthers } from '../sheet';
import type { Parts, Shape } from '../sheets';
import type { Value } from '../types';
import { useChosen, useFieldName } from './value-view';

interface ValueEditorProps {
  readonly name: string;
  readonly shape: Shape;
  readonly value: Value | undefined;
  readonly language: string;
  readonly autoFocus?: boolean;
  /** Null takes back what was said. */
  readonly onChange: (value: Value) => void;
}

/** The fields to change a value with, by its shape. */
export function ValueEditor(props: ValueEditorProps) {
  const { name, shape, value, language, autoFocus, onChange } = props;
  const { t } = useTranslation('concept');
  const label = useFieldName()(name);
  const chosen = useChosen();
  const common = { label, lang: language, ...(autoFocus ? { autoFocus } : {}) };
  switch (shape.kind) {
    case 'yes':
      return <Tick label={label} checked={value === true} onChange={onChange} />;
    case 'number':
      return (
        <TextField
          {...common}
          type="number"
          step="any"
          value={typedOf(value)}
          onChange={(typed) => onChange(typed === '' ? null : Number(typed))}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={label}
          value={typedOf(value)}
          options={[
            ...new Set(['', ...shape.of, ...(typeof value === 'string' ? [value] : [])]),
          ].map((one) => ({ value: one, label: one ? chosen(one) : t('sheet.unsaid') }))}
          onChange={(one) => onChange(one || null)}
        />
      );
    case 'line':
      return <TextField {...common} maxLength={400} value={typedOf(value)} onChange={onChange} />;
    case 'text':
      return (
        <AreaField
          {...common}
          rows={3}
          maxLength={4_000}
          value={typedOf(value)}
          onChange={onChange}
        />
      );
    case 'lines':
    case 'texts': {
      const between = shape.kind === 'lines' ? '\n' : '\n\n';
      return (
        <AreaField
          {...common}
          hint={shape.kind === 'lines' ? t('sheet.oneALine') : t('sheet.oneAParagraph')}
          rows={4}
          maxLength={8_000}
          // What is typed stays as typed: only what is sent is cut into parts.
          defaultValue={typedOf(value, between)}
          onChange={(typed) => onChange(listOf(typed, between))}
        />
      );
    }
    case 'parts':
      return <PartsEditor {...props} parts={shape.parts} label={label} />;
    case 'items':
      return <ItemsEditor {...props} parts={shape.parts} label={label} />;
  }
}

interface PartsEditorProps extends Omit<ValueEditorProps, 'shape'> {
  readonly label: string;
  readonly parts: Parts;
}

/** The named parts of one thing. What is taken back is left out, so that it counts as not said. */
export function PartsEditor({ label, parts, value, onChange, ...rest }: PartsEditorProps) {
  const known = isRecord(value) ? value : {};
  const set = (name: string, next: Value) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...known, [name]: next }).filter(([, one]) => one !== null),
      ),
    );
  return (
    <fieldset className="flex w-full flex-col gap-3">
      <legend className="text-ui mb-1 font-medium">{label}</legend>
      {Object.entries(withOthers(parts, value)).map(([name, shape], index) => (
        <ValueEditor
          key={name}
          {...rest}
          name={name}
          shape={shape}
          autoFocus={rest.autoFocus === true && index === 0}
          value={known[name]}
          onChange={(next) => set(name, next)}
        />
      ))}
    </fieldset>
  );
}

/** A list of things with parts. */
function ItemsEditor({ label, parts, value, onChange, ...rest }: PartsEditorProps) {
  const { t } = useTranslation('concept');
  const list = Array.isArray(value) ? (value as readonly Value[]) : [];
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="text-ui mb-1 font-medium">{label}</legend>
      {list.map((one, index) => (
        <div key={index} className="border-line flex flex-col items-start gap-2 border-s ps-3">
          <PartsEditor
            {...rest}
            label={nameOf(one) || t('sheet.newOne')}
            parts={parts}
            value={one}
            onChange={(next) => onChange(list.with(index, next))}
          />
          <Button
            variant="link"
            className="text-meta"
            onClick={() => onChange(list.toSpliced(index, 1))}
          >
            {t('sheet.remove')}
          </Button>
        </div>
      ))}
      <Button size="small" className="self-start" onClick={() => onChange([...list, {}])}>
        {t('sheet.addOne')}
      </Button>
    </fieldset>
  );
}
