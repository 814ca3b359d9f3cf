import { createFileRoute } from '@tanstack/react-router';
import { ExportPage } from '@/features/exporter/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/export')({ component: Export });

function Export() {
  const { novel } = Route.useParams();
  return (
    <Page>
      <ExportPage novel={novel} />
    </Page>
  );
}
