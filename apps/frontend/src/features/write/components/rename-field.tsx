import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isInputMethodKey } from '@/prose/plugins/composition';

interface RenameFieldProps {
  readonly title: string;
  readonly onDone: (title: string) => void;
}

/** A title edited in place: Enter or leaving keeps it, Escape keeps the old one. */
export function RenameField({ title, onDone }: RenameFieldProps) {
  const { t } = useTranslation('write');
  const [value, setValue] = useState(title);
  const onKeyDown = (event: KeyboardEvent) => {
    if (isInputMethodKey(event.nativeEvent)) return;
    if (event.key === 'Enter') onDone(value.trim());
    if (event.key === 'Escape') onDone(title);
  };
  return (
    <input
      autoFocus
      value={value}
      aria-label={t('binder.renameTo')}
      className="border-line-2 bg-paper text-ui text-ink min-w-0 grow rounded border px-1 py-0.5"
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => onDone(value.trim())}
      onKeyDown={onKeyDown}
    />
  );
}
