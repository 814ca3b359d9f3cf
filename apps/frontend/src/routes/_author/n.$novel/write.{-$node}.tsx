import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { Gate } from '@/features/runs/components/gate';
import { OtherModel } from '@/features/runs/components/other-model';
import { Preview } from '@/features/runs/components/preview';
import { Receipt } from '@/features/runs/components/receipt';
import { LiveFirstRun } from '@/features/start/live-run';
import { WritePage } from '@/features/write/page';
import { novelQuery, runsQuery } from '@/shared/api/run-queries';

export const Route = createFileRoute('/_author/n/$novel/write/{-$node}')({
  validateSearch: (given): { first?: 1; run?: string; at?: string } => ({
    ...(given.first === 1 ? { first: 1 } : {}),
    ...(typeof given.run === 'string' ? { run: given.run } : {}),
    // A paragraph of the chapter to open at.
    ...(typeof given.at === 'string' ? { at: given.at } : {}),
  }),
  component: Write,
});

function Write() {
  const { novel, node } = Route.useParams();
  const { first, run, at } = Route.useSearch();
  const { data } = useSuspenseQuery(novelQuery(novel));
  const runs = useQuery({ ...runsQuery(novel), enabled: Boolean(first && !run) });
  const begun = run || runs.data?.find((item) => item.task === 'director.begin_book')?.id;
  return (
    <WritePage
      novelId={novel}
      chapterId={node}
      at={at}
      receipt={(call) => <Receipt novel={novel} call={call} />}
      preview={(scene) => <Preview novel={novel} scene={scene} />}
      question={(asking) => <Gate run={asking} />}
      otherModel={(failed, close) => <OtherModel run={failed} onClose={close} />}
      first={
        first && begun ? (
          <LiveFirstRun run={begun} novel={novel} language={data.language} title={data.title} />
        ) : undefined
      }
    />
  );
}
