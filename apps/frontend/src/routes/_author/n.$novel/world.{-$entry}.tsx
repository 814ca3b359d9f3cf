import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { WorldPage } from '@/features/world/page';
import { worldSearch } from '@/features/world/search';
import { novelQuery } from '@/shared/api/run-queries';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/world/{-$entry}')({
  validateSearch: worldSearch,
  component: World,
});

function World() {
  const { novel, entry } = Route.useParams();
  const { data } = useSuspenseQuery(novelQuery(novel));
  return (
    <Page>
      <WorldPage novel={novel} language={data.language} entry={entry} search={Route.useSearch()} />
    </Page>
  );
}
