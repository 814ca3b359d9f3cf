import { createFileRoute } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { LibraryPage } from '@/features/library/page';
import { Page } from '@/shared/ui/page';

const search = z.object({ view: z.optional(z.catch(z.enum(['shelf', 'trash']), 'shelf')) });

export const Route = createFileRoute('/_author/_desk/library')({
  validateSearch: (given) => search.parse(given),
  component: Library,
});

function Library() {
  const { view } = Route.useSearch();
  return (
    <Page wide>
      <LibraryPage view={view ?? 'shelf'} />
    </Page>
  );
}
