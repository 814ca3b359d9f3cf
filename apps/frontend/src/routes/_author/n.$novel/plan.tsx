import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { isStage } from '@/features/concept/model';
import { ConceptPage } from '@/features/concept/page';
import type { Stage } from '@/features/concept/types';
import { PlanHead, PlanPage } from '@/features/plan/page';
import { viewOf, type PlanView } from '@/features/plan/search';
import { Receipt } from '@/features/runs/components/receipt';
import { novelQuery } from '@/shared/api/run-queries';
import { Page } from '@/shared/ui/page';

interface PlanSearch {
  view?: Exclude<PlanView, 'outline'>;
  stage?: Stage;
}

export const Route = createFileRoute('/_author/n/$novel/plan')({
  validateSearch: (given): PlanSearch => {
    const view = viewOf(given.view);
    return {
      ...(view ? { view } : {}),
      ...(view === 'concept' && isStage(given.stage) ? { stage: given.stage } : {}),
    };
  },
  component: Plan,
});

function Plan() {
  const { novel } = Route.useParams();
  const { view = 'outline', stage } = Route.useSearch();
  const navigate = Route.useNavigate();
  const { data } = useSuspenseQuery(novelQuery(novel));
  const onView = (next: PlanView) =>
    void navigate({ search: next === 'outline' ? {} : { view: next }, replace: true });
  if (view === 'concept') {
    return (
      <ConceptPage
        novel={novel}
        language={data.language}
        stage={stage}
        head={<PlanHead view={view} onView={onView} />}
        receipt={(call) => <Receipt novel={novel} call={call} />}
      />
    );
  }
  return (
    <Page wide={view === 'board'}>
      <PlanPage novel={novel} language={data.language} view={view} onView={onView} />
    </Page>
  );
}
