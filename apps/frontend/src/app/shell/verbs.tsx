import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { classNames } from '@/shared/ui/class-names';

const look =
  'text-ui text-ink-2 hover:text-ink target flex items-center justify-center border-b-2 border-transparent px-2 data-[status=active]:border-ink data-[status=active]:text-ink';

/** What one does with a book. Only verbs that have a screen stand here. */
export function Verbs({ novel, className }: { novel: string; className?: string }) {
  const { t } = useTranslation();
  const params = { novel };
  const item = classNames(look, 'h-full', className);
  return (
    <>
      <Link to="/n/$novel/write/{-$node}" params={params} className={item}>
        {t('bar.write')}
      </Link>
      <Link to="/n/$novel/plan" params={params} className={item}>
        {t('bar.plan')}
      </Link>
      <Link to="/n/$novel/world/{-$entry}" params={params} className={item}>
        {t('bar.world')}
      </Link>
      <Link to="/n/$novel/review" params={params} className={item}>
        {t('bar.review')}
      </Link>
      <Link to="/n/$novel/runs/{-$run}" params={params} className={item}>
        {t('bar.runs')}
      </Link>
    </>
  );
}
