import { createFileRoute } from '@tanstack/react-router';
import { ReaderPage } from '@/features/reader/page';

export const Route = createFileRoute('/_author/n/$novel/read/{-$chapter}')({ component: Read });

function Read() {
  const { novel, chapter } = Route.useParams();
  return <ReaderPage novelId={novel} chapterId={chapter} />;
}
