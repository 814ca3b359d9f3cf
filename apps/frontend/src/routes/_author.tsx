import { Outlet, createFileRoute, redirect } from '@tanstack/react-router';
import { useBaseCommands } from '@/app/commands/use-base-commands';
import { useShortcuts } from '@/app/commands/use-shortcuts';
import { useLive } from '@/app/live';
import { Overlays } from '@/app/overlays';
import { meQuery } from '@/shared/api/system-queries';
import { TooltipProvider } from '@/shared/ui/tooltip';

/** Everything behind the login. */
export const Route = createFileRoute('/_author')({
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/login', search: { to: location.href }, replace: true });
  },
  component: Author,
});

function Author() {
  useLive();
  useBaseCommands();
  useShortcuts();
  return (
    <TooltipProvider delayDuration={400}>
      <Outlet />
      <Overlays />
    </TooltipProvider>
  );
}
