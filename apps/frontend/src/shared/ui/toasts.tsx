import { useEffect, useRef } from 'react';
import { Toaster, toast as sonner } from 'sonner';
import { useToasts } from './toast';

const SHORT_MS = 4_000;
const WITH_ACTION_MS = 8_000;

export function Toasts() {
  const { wanted } = useToasts();
  const shown = useRef(0);
  useEffect(() => {
    for (const { id, text, action } of wanted) {
      if (id <= shown.current) continue;
      shown.current = id;
      sonner(text, {
        duration: action ? WITH_ACTION_MS : SHORT_MS,
        action: action ? { label: action.label, onClick: action.run } : undefined,
      });
    }
  }, [wanted]);
  return (
    <Toaster
      position="bottom-center"
      visibleToasts={3}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'bg-raised text-ink shadow-pop rounded-pop flex w-full items-center gap-4 px-4 py-3 text-ui',
          title: 'grow',
          actionButton: 'underline underline-offset-4 shrink-0 target',
        },
      }}
    />
  );
}
