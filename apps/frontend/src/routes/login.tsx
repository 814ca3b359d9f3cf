import { createFileRoute, useRouter } from '@tanstack/react-router';
import { LoginPage } from '@/features/auth/login-page';

export const Route = createFileRoute('/login')({
  validateSearch: (given): { to?: string } =>
    typeof given.to === 'string' ? { to: given.to } : {},
  component: Login,
});

function Login() {
  const router = useRouter();
  const { to } = Route.useSearch();
  // A path of this app only: "//host" would leave it.
  const target = to?.startsWith('/') && !to.startsWith('//') ? to : '/';
  return <LoginPage onDone={() => router.history.replace(target)} />;
}
