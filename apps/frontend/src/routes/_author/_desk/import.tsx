import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { ImportPage } from '@/features/importer/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/_desk/import')({ component: Import });

function Import() {
  const navigate = useNavigate();
  return (
    <Page>
      <ImportPage onDone={(novel) => void navigate({ to: '/n/$novel', params: { novel } })} />
    </Page>
  );
}
