import { Outlet, createFileRoute } from '@tanstack/react-router';
import { GlobalBar } from '@/app/shell/global-bar';

/** Pages that belong to no book. */
export const Route = createFileRoute('/_author/_desk')({
  component: () => (
    <div className="bg-paper flex min-h-dvh flex-col">
      <GlobalBar />
      <Outlet />
    </div>
  ),
});
