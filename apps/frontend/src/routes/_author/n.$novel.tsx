import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, createFileRoute } from '@tanstack/react-router';
import { BookFrame } from '@/app/shell/book-frame';
import { novelQuery } from '@/shared/api/run-queries';

export const Route = createFileRoute('/_author/n/$novel')({
  loader: ({ context: { queryClient }, params }) =>
    queryClient.ensureQueryData(novelQuery(params.novel)),
  component: Book,
});

function Book() {
  const { novel } = Route.useParams();
  const { data } = useSuspenseQuery(novelQuery(novel));
  return (
    <BookFrame novel={data}>
      <Outlet />
    </BookFrame>
  );
}
