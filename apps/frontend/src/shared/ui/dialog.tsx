import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names';
import { IconButton } from './icon-button';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** For lists and tables that are read rather than filled in. */
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, description, wide, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="bg-veil fixed inset-0 z-40" />
        <Radix.Content
          aria-describedby={description ? undefined : ''}
          onOpenAutoFocus={(event) => {
            // Without a field of its own the dialog takes the focus, not its closing cross.
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          className={classNames(
            'bg-raised shadow-pop rounded-pop outline-none fixed start-1/2 z-50 flex -translate-x-1/2 flex-col gap-4 overflow-y-auto p-6 rtl:translate-x-1/2',
            wide
              ? 'top-[8dvh] max-h-[84dvh] w-[min(44rem,calc(100vw-2rem))]'
              : 'top-[12dvh] max-h-[76dvh] w-[min(30rem,calc(100vw-2rem))]',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-section font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={t('actions.close')} className="-me-2 -mt-1" />
            </Radix.Close>
          </div>
          {description ? (
            <Radix.Description asChild>
              <div className="text-ui text-ink-2">{description}</div>
            </Radix.Description>
          ) : null}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 pt-2">{children}</div>;
}
