import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { bookLanguage } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { Shelf } from './components/shelf';
import { Trash } from './components/trash';
import { useAddSample } from './mutations';
import { novelsQuery } from './queries';

export function LibraryPage({ view }: { view: 'shelf' | 'trash' }) {
  const { t, i18n } = useTranslation(['library', 'common']);
  const navigate = useNavigate();
  const novels = useQuery(novelsQuery);
  const sample = useAddSample();
  if (view === 'trash') {
    return (
      <>
        <PageHead title={t('trash.title')}>
          <Button variant="link" asChild>
            <Link to="/library">{t('trash.back')}</Link>
          </Button>
        </PageHead>
        <Trash />
      </>
    );
  }
  const addSample = () =>
    sample.mutate(bookLanguage(i18n.language), {
      onSuccess: (novel) => void navigate({ to: '/n/$novel', params: { novel: novel.id } }),
    });
  return (
    <>
      <PageHead title={t('title')}>
        <Button variant="link" disabled={sample.isPending} onClick={addSample}>
          {sample.isPending ? t('sampleWorking') : t('sample')}
        </Button>
        <Button variant="link" asChild>
          <Link to="/import">{t('import')}</Link>
        </Button>
        <Button variant="link" asChild>
          <Link to="/library" search={{ view: 'trash' }}>
            {t('trash.link')}
          </Link>
        </Button>
        {novels.data?.length ? (
          <Button variant="primary" asChild>
            <Link to="/new">{t('new')}</Link>
          </Button>
        ) : null}
      </PageHead>
      {sample.error ? <ProblemNote error={sample.error} /> : null}
      {novels.isPending ? <Waiting text={t('common:loading.books')} lines={5} /> : null}
      {novels.error ? (
        <ProblemNote
          error={novels.error}
          text={t('failed')}
          onRetry={() => void novels.refetch()}
        />
      ) : null}
      {novels.data ? <Shelf novels={novels.data} /> : null}
    </>
  );
}
