import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/shared/ui/icon-button';

/** The sheet over the conversation, on a phone. */
export function SheetDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation(['concept', 'common']);
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-veil fixed inset-0 z-30" />
        <Dialog.Content
          aria-describedby=""
          className="bg-paper fixed inset-y-0 end-0 z-30 flex w-[min(26rem,94vw)] flex-col gap-2 overflow-y-auto p-4 outline-none"
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="text-meta text-ink-2">{t('sides.sheet')}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={t('common:actions.close')} />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
