import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { ReviewPage } from '@/features/review/page';
import { novelQuery } from '@/shared/api/run-queries';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/review')({ component: Review });

function Review() {
  const { novel } = Route.useParams();
  const { data } = useSuspenseQuery(novelQuery(novel));
  return (
    <Page>
      <ReviewPage novel={novel} language={data.language} />
    </Page>
  );
}
