import { createFileRoute, redirect, useNavigate } from '@tanstack/react-router';
import { SetupPage } from '@/features/auth/setup-page';
import { bootstrapQuery, meQuery } from '@/shared/api/system-queries';

export const Route = createFileRoute('/setup')({
  beforeLoad: async ({ context: { queryClient } }) => {
    const bootstrap = await queryClient.ensureQueryData(bootstrapQuery);
    // A guest who stays makes an account of the one that holds the books.
    if (!bootstrap.needs_setup || (await queryClient.ensureQueryData(meQuery))) {
      throw redirect({ to: '/', replace: true });
    }
  },
  component: Setup,
});

function Setup() {
  const navigate = useNavigate();
  const { queryClient } = Route.useRouteContext();
  const onDone = async () => {
    await queryClient.fetchQuery({ ...bootstrapQuery, staleTime: 0 });
    await navigate({ to: '/new', replace: true });
  };
  return <SetupPage onDone={() => void onDone()} />;
}
