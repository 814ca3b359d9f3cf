import { useId } from 'react';
import { classNames } from './class-names';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
  className?: string;
}

/** One of a few, in words on one line: a radio group without boxes. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={classNames('flex flex-col gap-1', className)}>
      <legend className="text-ui text-ink mb-1 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label
            key={option.value}
            className={classNames(
              'target has-focus-visible:outline-agent inline-flex cursor-pointer items-center border-b-2 py-1 has-focus-visible:outline-2 has-focus-visible:outline-offset-2',
              option.value === value
                ? 'border-ink text-ink'
                : 'text-ink-2 hover:text-ink border-transparent',
            )}
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
