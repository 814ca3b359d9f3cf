import { type ReactNode, useId } from 'react';
import { classNames } from './class-names';

export const controlLook =
  'w-full rounded border border-line-2 bg-paper px-3 py-2 text-ui text-ink aria-invalid:border-del disabled:text-ink-3';

interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
  /** Makes the control; spread what it is given onto the input, textarea or select. */
  children: (described: Described) => ReactNode;
}

/** A label above a control, a hint or an error below; the three are tied together for readers. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={classNames('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-ui text-ink font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note ? noteId : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {note ? (
        <p id={noteId} className={classNames('text-meta', error ? 'text-del' : 'text-ink-3')}>
          {note}
        </p>
      ) : null}
    </div>
  );
}
