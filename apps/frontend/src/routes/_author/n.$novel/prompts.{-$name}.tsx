import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Prompts } from '@/features/prompts/page';
import { Parts } from '@/features/runs/components/parts';
import { novelQuery } from '@/shared/api/run-queries';
import { Page, PageHead } from '@/shared/ui/page';

export const Route = createFileRoute('/_author/n/$novel/prompts/{-$name}')({
  component: NovelPrompts,
});

function NovelPrompts() {
  const { novel, name } = Route.useParams();
  const { t } = useTranslation();
  const { data } = useSuspenseQuery(novelQuery(novel));
  const navigate = useNavigate();
  return (
    <Page>
      <PageHead title={t('bar.prompts')} />
      <Prompts
        whose={novel}
        language={data.language.startsWith('zh') ? 'zh' : 'en'}
        name={name}
        onOpen={(next) =>
          void navigate({
            to: '/n/$novel/prompts/{-$name}',
            params: { novel, name: next },
          })
        }
        partsOf={(preview, book) => <Parts novel={book} {...preview} />}
      />
    </Page>
  );
}
