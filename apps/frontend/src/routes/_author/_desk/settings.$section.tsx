import { createFileRoute, notFound, useNavigate } from '@tanstack/react-router';
import { ClaimForm } from '@/features/auth/components/claim-form';
import { ModelsSection } from '@/features/models/section';
import { SECTIONS, SettingsPage } from '@/features/settings/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/_desk/settings/$section')({
  beforeLoad: ({ params }) => {
    const section = SECTIONS.find((name) => name === params.section);
    if (!section) throw notFound();
    return { section };
  },
  component: Settings,
});

function Settings() {
  const { section, queryClient } = Route.useRouteContext();
  const navigate = useNavigate();
  const leave = () => {
    queryClient.clear();
    void navigate({ to: '/login' });
  };
  return (
    <Page>
      <SettingsPage
        section={section}
        models={<ModelsSection />}
        claim={<ClaimForm />}
        onSignedOut={leave}
      />
    </Page>
  );
}
