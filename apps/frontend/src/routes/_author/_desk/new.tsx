import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { NewPage } from '@/features/start/new-page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/_desk/new')({ component: New });

function New() {
  const navigate = useNavigate();
  return (
    <Page>
      <NewPage
        onBegun={(novel, run) =>
          void navigate({
            to: '/n/$novel/write/{-$node}',
            params: { novel },
            search: { first: 1, run },
          })
        }
        onBlank={(novel) => void navigate({ to: '/n/$novel/write/{-$node}', params: { novel } })}
      />
    </Page>
  );
}
