import { createFileRoute } from '@tanstack/react-router';
import { HistoryPage } from '@/features/history/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/history')({ component: History });

function History() {
  return (
    <Page>
      <HistoryPage novel={Route.useParams().novel} />
    </Page>
  );
}
