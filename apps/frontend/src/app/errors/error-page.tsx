import { Link, type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/shared/api/problems';
import { Button } from '@/shared/ui/button';
import { Page, PageHead } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { NotFoundPage } from './not-found-page';

/** Where a page would have broken: what happened to the text, and the ways on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  if (problemOf(error).status === 404) return <NotFoundPage />;
  return (
    <Page>
      <PageHead title={t('errorPage.title')} />
      <ProblemNote
        error={error}
        text={t('errorPage.text')}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
      <div className="mt-8 flex gap-3">
        <Button asChild>
          <Link to="/library">{t('errorPage.library')}</Link>
        </Button>
        <Button onClick={() => location.reload()}>{t('actions.reload')}</Button>
      </div>
    </Page>
  );
}
