import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { PlanPage } from '@/features/plan/page';
import { novelQuery } from '@/shared/api/run-queries';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/plan')({
  validateSearch: (given): { view?: 'promises' | undefined } =>
    given.view === 'promises' ? { view: 'promises' } : {},
  component: Plan,
});

function Plan() {
  const { novel } = Route.useParams();
  const { view } = Route.useSearch();
  const navigate = Route.useNavigate();
  const { data } = useSuspenseQuery(novelQuery(novel));
  return (
    <Page>
      <PlanPage
        novel={novel}
        language={data.language}
        view={view ?? 'outline'}
        onView={(next) =>
          void navigate({ search: next === 'outline' ? {} : { view: next }, replace: true })
        }
      />
    </Page>
  );
}
