import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  Outlet,
  RouterProvider,
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { initReactI18next } from 'react-i18next';
import { TooltipProvider } from '@/shared/ui/tooltip';

const files = import.meta.glob<Record<string, unknown>>('../i18n/locales/*/*.json', {
  import: 'default',
  eager: true,
});

async function startWords(locale: 'en' | 'zh-CN'): Promise<void> {
  const resources: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [path, words] of Object.entries(files)) {
    const [name = '', language = ''] = path.replace('.json', '').split('/').reverse();
    (resources[language] ??= {})[name] = words;
  }
  await i18next.use(initReactI18next).init({
    lng: locale,
    resources,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
  });
}

/** Renders with real words, a fresh query cache and a router that answers every link. */
export async function renderPage(page: ReactNode, locale: 'en' | 'zh-CN' = 'en') {
  await startWords(locale);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const root = createRootRoute({ component: Outlet });
  const any = createRoute({ getParentRoute: () => root, path: '$', component: () => page });
  const router = createRouter({
    routeTree: root.addChildren([any]),
    history: createMemoryHistory({ initialEntries: ['/page'] }),
  });
  const view = render(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  return { ...view, client };
}
