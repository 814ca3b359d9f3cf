import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Suspense } from 'react';
import { LoginDialog, StepUpDialog } from '@/features/auth/components/login-dialogs';
import { LiveRegions } from '@/shared/ui/live-regions';
import { Toasts } from '@/shared/ui/toast';
import { TooltipProvider } from '@/shared/ui/tooltip';
import { queryClient } from './query-client';
import { router } from './router';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={400}>
        <LiveRegions />
        <Suspense>
          <RouterProvider router={router} />
          <LoginDialog />
          <StepUpDialog />
        </Suspense>
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
