import { Outlet, createFileRoute, redirect } from '@tanstack/react-router';
import { Palette } from '@/app/commands/palette';
import { useBaseCommands } from '@/app/commands/use-base-commands';
import { useLive } from '@/app/live';
import { meQuery } from '@/shared/api/system-queries';

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
  return (
    <>
      <Outlet />
      <Palette />
    </>
  );
}
