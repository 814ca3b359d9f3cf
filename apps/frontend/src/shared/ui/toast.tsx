import { Toaster, toast as sonner } from 'sonner';

export function Toasts() {
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

interface ToastAction {
  label: string;
  run: () => void;
}

/** A short line at the foot of the screen, with at most one action (an undo). */
export function toast(text: string, action?: ToastAction): void {
  sonner(text, {
    duration: action ? 8_000 : 4_000,
    action: action ? { label: action.label, onClick: action.run } : undefined,
  });
}
