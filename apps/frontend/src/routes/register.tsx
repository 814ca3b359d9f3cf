import { createFileRoute, redirect, useNavigate } from '@tanstack/react-router';
import { RegisterPage } from '@/features/auth/register-page';
import { waysIn } from '@/features/auth/ways-in';
import { bootstrapQuery } from '@/shared/api/system-queries';

export const Route = createFileRoute('/register')({
  beforeLoad: async ({ context: { queryClient } }) => {
    const bootstrap = await queryClient.ensureQueryData(bootstrapQuery);
    if (!waysIn(bootstrap).register) throw redirect({ to: '/login', replace: true });
  },
  component: Register,
});

function Register() {
  const navigate = useNavigate();
  return <RegisterPage onDone={() => void navigate({ to: '/new', replace: true })} />;
}
