import { createFileRoute, redirect } from '@tanstack/react-router';
import { novelsQuery } from '@/features/library/queries';
import { meQuery } from '@/shared/api/system-queries';

/** Where an author lands: nobody at the login, a new author at the idea, else in the last book. */
export const Route = createFileRoute('/')({
  beforeLoad: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/login', replace: true });
    const novels = await queryClient.fetchQuery(novelsQuery);
    if (novels.length === 0) throw redirect({ to: '/new', replace: true });
    const last = novels
      .filter((novel) => novel.place)
      .sort((one, other) => other.updated_at.localeCompare(one.updated_at))[0];
    if (!last) throw redirect({ to: '/library', replace: true });
    throw redirect({ to: '/n/$novel', params: { novel: last.id }, replace: true });
  },
});
