import type { ReactNode } from 'react';
import { Button } from './button';

interface ViewsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { value: T; label: ReactNode }[];
  readonly onChange: (value: T) => void;
}

/** The views of one screen, as words on a line; the one that is shown is underlined. */
export function Views<T extends string>({ label, value, options, onChange }: ViewsProps<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className="flex flex-wrap gap-x-1 max-sm:-ms-2 max-sm:basis-full"
    >
      {options.map((one) => (
        <Button
          key={one.value}
          variant="quiet"
          size="small"
          aria-pressed={one.value === value}
          className={one.value === value ? 'text-ink underline underline-offset-4' : 'font-normal'}
          onClick={() => onChange(one.value)}
        >
          {one.label}
        </Button>
      ))}
    </div>
  );
}
