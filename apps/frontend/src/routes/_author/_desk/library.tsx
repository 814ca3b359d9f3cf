import { createFileRoute } from '@tanstack/react-router';
import { LibraryPage } from '@/features/library/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/_desk/library')({
  validateSearch: (given): { view?: 'trash' } => (given.view === 'trash' ? { view: 'trash' } : {}),
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
