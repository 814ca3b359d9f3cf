import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NovelRead } from '@/shared/api/types';
import { formatAgo } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Dialog, DialogActions } from '@/shared/ui/dialog';
import { useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { toast } from '@/shared/ui/toast';
import { Empty, Waiting } from '@/shared/ui/waiting';
import { useDeleteForever, useRestore } from '../mutations';
import { trashQuery } from '../queries';

export function Trash() {
  const { t } = useTranslation(['library', 'common']);
  const trash = useQuery(trashQuery);
  return (
    <div className="flex flex-col gap-6">
      <p className="text-ui text-ink-2">{t('trash.text')}</p>
      {trash.isPending ? <Waiting text={t('common:loading.books')} /> : null}
      {trash.error ? (
        <ProblemNote error={trash.error} onRetry={() => void trash.refetch()} />
      ) : null}
      {trash.data?.length === 0 ? (
        <Empty text={t('trash.empty')}>
          <Button variant="link" asChild>
            <Link to="/library">{t('trash.back')}</Link>
          </Button>
        </Empty>
      ) : null}
      <ul className="border-line divide-line divide-y border-y empty:hidden">
        {trash.data?.map((novel) => (
          <TrashedBook key={novel.id} novel={novel} />
        ))}
      </ul>
    </div>
  );
}

function TrashedBook({ novel }: { novel: NovelRead }) {
  const { t, i18n } = useTranslation(['library', 'common']);
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const restore = useRestore();
  const forever = useDeleteForever();
  const title = novel.title || t('untitled');
  return (
    <li className="flex flex-wrap items-baseline gap-x-6 gap-y-2 py-3">
      <span lang={novel.language} className="text-ui font-medium">
        {title}
      </span>
      <span className="text-meta text-ink-3 figures grow">
        {t('trash.deleted', {
          words: words(novel.words),
          when: formatAgo(novel.deleted_at ?? novel.updated_at, i18n.language),
        })}
      </span>
      <Button
        variant="link"
        onClick={() =>
          restore.mutate(novel.id, { onSuccess: () => toast(t('restored', { title })) })
        }
      >
        {t('trash.restore')}
      </Button>
      <Button variant="link" className="text-del" onClick={() => setAsking(true)}>
        {t('trash.forever')}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t('trash.confirmTitle', { title })}
        description={t('trash.confirmText')}
      >
        {forever.error ? <ProblemNote error={forever.error} /> : null}
        <DialogActions>
          <Button variant="quiet" onClick={() => setAsking(false)}>
            {t('common:actions.cancel')}
          </Button>
          <Button
            variant="danger"
            disabled={forever.isPending}
            onClick={() => forever.mutate(novel.id, { onSuccess: () => setAsking(false) })}
          >
            {t('trash.confirm')}
          </Button>
        </DialogActions>
      </Dialog>
    </li>
  );
}
