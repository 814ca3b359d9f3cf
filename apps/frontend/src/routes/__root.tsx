import type { QueryClient } from '@tanstack/react-query';
import {
  Outlet,
  createRootRouteWithContext,
  redirect,
  useRouterState,
} from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Starting } from '@/app/shell/starting';
import { bootstrapQuery, meQuery } from '@/shared/api/system-queries';

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: async ({ context, location }) => {
    const bootstrap = await context.queryClient.ensureQueryData({
      ...bootstrapQuery,
      retry: true,
      retryDelay: (failures) => Math.min(5_000, 500 * failures),
    });
    if (!bootstrap.needs_setup || location.pathname === '/setup') return;
    // A guest writes before anybody has an account.
    if (!(await context.queryClient.ensureQueryData(meQuery))) {
      throw redirect({ to: '/setup', replace: true });
    }
  },
  pendingComponent: Starting,
  component: Root,
});

/** After a change of page the focus goes to its heading and the title names it. */
function Root() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const first = useRef(true);
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1');
    if (heading?.textContent) document.title = `${heading.textContent} · InfiniteScribe`;
    if (!first.current && document.activeElement === document.body) {
      heading?.focus({ preventScroll: true });
    }
    first.current = path === undefined;
  }, [path]);
  return <Outlet />;
}
