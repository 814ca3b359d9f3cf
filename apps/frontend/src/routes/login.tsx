import { createFileRoute, useRouter } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { LoginPage } from '@/features/auth/login-page';

const search = z.object({ to: z.optional(z.catch(z.string().check(z.startsWith('/')), '/')) });

export const Route = createFileRoute('/login')({
  validateSearch: (given) => search.parse(given),
  component: Login,
});

function Login() {
  const router = useRouter();
  const { to } = Route.useSearch();
  // A path of this app only: "//host" would leave it.
  const target = to && !to.startsWith('//') ? to : '/';
  return <LoginPage onDone={() => router.history.replace(target)} />;
}
