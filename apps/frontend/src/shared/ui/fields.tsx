import type { ComponentProps, ReactNode } from 'react';
import { Field, controlLook } from './field';
import { Select } from './select';

interface Labelled {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
}

interface AreaFieldProps extends Labelled, Omit<ComponentProps<'textarea'>, 'onChange'> {
  onChange: (value: string) => void;
}

/** A few lines of text under their label. */
export function AreaField({ label, hint, error, onChange, ...rest }: AreaFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <textarea
          rows={2}
          maxLength={2_000}
          className={controlLook}
          onChange={(event) => onChange(event.target.value)}
          {...rest}
          {...described}
        />
      )}
    </Field>
  );
}

interface TextFieldProps extends Labelled, Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  value: string;
  onChange: (value: string) => void;
}

/** One line of text under its label. */
export function TextField({ label, hint, error, onChange, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <input
          maxLength={200}
          className={controlLook}
          onChange={(event) => onChange(event.target.value)}
          {...rest}
          {...described}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps<T extends string> extends Labelled {
  value: T;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
  onChange: (value: T) => void;
}

/** One of several, under its label. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, hint, error, value, options, disabled, onChange } = props;
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <Select
          value={value}
          options={options}
          disabled={disabled}
          onValueChange={onChange}
          {...described}
        />
      )}
    </Field>
  );
}

interface TickProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** Yes or no, on the line of its words. */
export function Tick({ label, checked, onChange }: TickProps) {
  return (
    <label className="text-ui target flex items-center gap-2">
      <input
        type="checkbox"
        className="accent-ink"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
