import { Suspense, lazy } from 'react';
import { useSession } from '@/shared/api/session';
import { useToasts } from '@/shared/ui/toast';
import { usePalette } from './commands/palette-state';

const Palette = lazy(() =>
  import('./commands/palette').then((module) => ({ default: module.Palette })),
);
const LoginDialog = lazy(() =>
  import('@/features/auth/components/login-dialogs').then((module) => ({
    default: module.LoginDialog,
  })),
);
const StepUpDialog = lazy(() =>
  import('@/features/auth/components/login-dialogs').then((module) => ({
    default: module.StepUpDialog,
  })),
);
const Toasts = lazy(() =>
  import('@/shared/ui/toasts').then((module) => ({ default: module.Toasts })),
);

/** What may stand over any page. Each part is fetched when it is first wanted. */
export function Overlays() {
  const { expired, stepUp } = useSession();
  const { open } = usePalette();
  const { wanted } = useToasts();
  return (
    <>
      <Suspense>{open ? <Palette /> : null}</Suspense>
      <Suspense>{expired ? <LoginDialog /> : null}</Suspense>
      <Suspense>{stepUp ? <StepUpDialog /> : null}</Suspense>
      <Suspense>{wanted.length > 0 ? <Toasts /> : null}</Suspense>
    </>
  );
}
