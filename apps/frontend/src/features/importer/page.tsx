import { useTranslation } from 'react-i18next';
import type { ImportRead } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { useWords } from '@/shared/ui/figures';
import { PageHead, Section } from '@/shared/ui/page';
import { ProblemNote } from '@/shared/ui/problem-note';
import { SourceForm } from './components/source-form';
import { useApplyImport, useReadSource } from './mutations';

export function ImportPage({ onDone }: { onDone: (novel: string) => void }) {
  const { t } = useTranslation('importer');
  const read = useReadSource();
  return (
    <>
      <PageHead title={t('title')} />
      {read.data ? (
        <Preview found={read.data} onBack={() => read.reset()} onDone={onDone} />
      ) : (
        <>
          <p className="text-ui text-ink-2 mb-6 max-w-prose">{t('text')}</p>
          {read.error ? (
            <div className="mb-6">
              <ProblemNote error={read.error} text={t('kept')} />
            </div>
          ) : null}
          <SourceForm pending={read.isPending} onSource={(source) => read.mutate(source)} />
        </>
      )}
    </>
  );
}

interface PreviewProps {
  found: ImportRead;
  onBack: () => void;
  onDone: (novel: string) => void;
}

function Preview({ found, onBack, onDone }: PreviewProps) {
  const { t } = useTranslation(['importer', 'common']);
  const words = useWords();
  const apply = useApplyImport();
  const { preview } = found;
  return (
    <Section
      title={preview.title || t('preview.title')}
      text={[
        t('preview.sum', {
          chapters: t('preview.chapters', { count: preview.chapters.length }),
          words: words(found.words),
        }),
        t('preview.language', { language: t(`common:languages.${preview.language}`) }),
      ].join(' · ')}
    >
      <ol lang={preview.language} className="border-line divide-line divide-y border-y">
        {preview.chapters.map((chapter, index) => (
          <li key={index} className="text-ui flex flex-wrap gap-x-6 py-2">
            <span className="text-ink-3 figures w-6 text-end">{index + 1}</span>
            <span className="grow font-serif">{chapter.title || t('preview.untitled')}</span>
            <span className="text-meta text-ink-2 figures">
              {`${t('preview.scenes', { count: chapter.scenes })} · ${words(chapter.words)}`}
            </span>
          </li>
        ))}
      </ol>
      {apply.error ? (
        <div className="mt-4">
          <ProblemNote error={apply.error} text={t('kept')} />
        </div>
      ) : null}
      <div className="mt-6 flex gap-3">
        <Button
          variant="primary"
          size="large"
          disabled={apply.isPending}
          onClick={() => apply.mutate(found.id, { onSuccess: (novel) => onDone(novel.id) })}
        >
          {apply.isPending ? t('preview.applying') : t('preview.apply')}
        </Button>
        <Button variant="quiet" size="large" onClick={onBack}>
          {t('preview.other')}
        </Button>
      </div>
    </Section>
  );
}
