import { useQuery } from '@tanstack/react-query';
import { createFileRoute, notFound, useNavigate } from '@tanstack/react-router';
import { ClaimForm } from '@/features/auth/components/claim-form';
import { novelsQuery } from '@/features/library/queries';
import { ModelsSection } from '@/features/models/section';
import { Prompts } from '@/features/prompts/page';
import { Parts } from '@/features/runs/components/parts';
import { SECTIONS, SettingsPage } from '@/features/settings/page';
import { Page } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/_desk/settings/$section')({
  // The prompt that is open in the section of prompts.
  validateSearch: (given): { prompt?: string } =>
    typeof given.prompt === 'string' ? { prompt: given.prompt } : {},
  beforeLoad: ({ params }) => {
    const section = SECTIONS.find((name) => name === params.section);
    if (!section) throw notFound();
    return { section };
  },
  component: Settings,
});

function Settings() {
  const { section, queryClient } = Route.useRouteContext();
  const { prompt } = Route.useSearch();
  const navigate = useNavigate();
  const { data: books } = useQuery({ ...novelsQuery, enabled: section === 'models' });
  const open = (name: string | undefined) =>
    void navigate({
      to: '/settings/$section',
      params: { section: 'prompts' },
      search: name === undefined ? {} : { prompt: name },
    });
  const leave = () => {
    queryClient.clear();
    void navigate({ to: '/login' });
  };
  return (
    <Page>
      <SettingsPage
        section={section}
        models={<ModelsSection books={books ?? []} />}
        prompts={
          <Prompts
            whose={null}
            language={null}
            name={prompt}
            onOpen={open}
            partsOf={(preview, novel) => <Parts novel={novel} {...preview} />}
          />
        }
        claim={<ClaimForm />}
        onSignedOut={leave}
      />
    </Page>
  );
}
