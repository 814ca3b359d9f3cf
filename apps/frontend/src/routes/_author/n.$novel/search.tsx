import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { SearchPage } from '@/features/search/page';
import { novelQuery } from '@/shared/api/run-queries';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/search')({
  validateSearch: (given): { q?: string } =>
    typeof given.q === 'string' && given.q !== '' ? { q: given.q } : {},
  component: Search,
});

function Search() {
  const { novel } = Route.useParams();
  const { q = '' } = Route.useSearch();
  const { data } = useSuspenseQuery(novelQuery(novel));
  const navigate = useNavigate();
  return (
    <Page>
      <SearchPage
        novel={novel}
        language={data.language}
        query={q}
        onQuery={(query) =>
          void navigate({
            to: '/n/$novel/search',
            params: { novel },
            search: query === '' ? {} : { q: query },
          })
        }
      />
    </Page>
  );
}
