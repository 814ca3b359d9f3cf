import { createFileRoute, useLocation } from '@tanstack/react-router';
import { ResetPage } from '@/features/auth/reset-page';

export const Route = createFileRoute('/reset')({ component: Reset });

function Reset() {
  const hash = useLocation({ select: (location) => location.hash });
  return <ResetPage token={new URLSearchParams(hash).get('token') ?? ''} />;
}
