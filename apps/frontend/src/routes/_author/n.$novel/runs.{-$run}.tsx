import { createFileRoute } from '@tanstack/react-router';
import { RunDetailPage } from '@/features/runs/detail-page';
import { RunListPage } from '@/features/runs/list-page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/runs/{-$run}')({ component: Runs });

function Runs() {
  const { novel, run } = Route.useParams();
  return (
    <Page>{run ? <RunDetailPage novel={novel} run={run} /> : <RunListPage novel={novel} />}</Page>
  );
}
