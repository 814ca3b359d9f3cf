import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bookLanguage, writtenIn } from '@/shared/i18n/use-locale';
import { newId } from '@/shared/text/ids';
import { Button } from '@/shared/ui/button';
import { usePrice, useWords } from '@/shared/ui/figures';
import { ProblemNote } from '@/shared/ui/problem-note';
import { IdeaOptions } from './components/idea-options';
import { ModelLine } from './components/model-line';
import { SparkList } from './components/spark-list';
import { keepIdea, keptIdea } from './idea-draft';
import { type Idea, beginEstimateQuery, useBeginBook, useBlankBook } from './mutations';

interface NewPageProps {
  onBegun: (novel: string, run: string) => void;
  onBlank: (novel: string) => void;
}

export function NewPage({ onBegun, onBlank }: NewPageProps) {
  const { t, i18n } = useTranslation(['start', 'common']);
  const words = useWords();
  const price = usePrice();
  const field = useRef<HTMLTextAreaElement>(null);
  const [pair] = useState(() => [newId(), newId()] as const);
  const chosen = useRef(false);
  const [needed, setNeeded] = useState(false);
  const [idea, setIdea] = useState<Idea>(() => ({
    idea: keptIdea(),
    language: bookLanguage(i18n.language),
    length: 'novel',
    pov: 'close_third',
    tone: '',
  }));
  const begin = useBeginBook();
  const blank = useBlankBook();
  const estimate = useQuery(beginEstimateQuery({ length: idea.length, pov: idea.pov }));
  const busy = begin.isPending || blank.isPending;

  const change = (next: Partial<Idea>) => {
    setNeeded(false);
    if (next.language) chosen.current = true;
    setIdea((current) => {
      const language = chosen.current ? undefined : writtenIn(next.idea ?? '');
      return { ...current, ...(language ? { language } : {}), ...next };
    });
    if (next.idea !== undefined) keepIdea(next.idea);
  };
  const take = (text: string) => {
    change({ idea: text });
    field.current?.focus();
  };
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!idea.idea.trim()) {
      setNeeded(true);
      field.current?.focus();
      return;
    }
    begin.mutate(
      { idea, keys: pair },
      {
        onSuccess: ({ novel, run }) => {
          keepIdea('');
          onBegun(novel.id, run.id);
        },
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
  };
  const cost = estimate.data
    ? t('new.estimate', { words: words(estimate.data.words ?? 0), price: price(estimate.data) })
    : '';

  return (
    <form onSubmit={submit} className="mx-auto flex w-full max-w-2xl flex-col gap-6 pt-4 md:pt-12">
      <h1 tabIndex={-1} className="text-chapter font-serif font-medium">
        <label htmlFor="idea">{t('new.title')}</label>
      </h1>
      <div>
        <textarea
          ref={field}
          id="idea"
          rows={3}
          lang={idea.language}
          autoFocus
          maxLength={20_000}
          aria-invalid={needed || undefined}
          aria-describedby={needed ? 'idea-needed' : undefined}
          placeholder={t('new.placeholder')}
          value={idea.idea}
          onChange={(event) => change({ idea: event.target.value })}
          onKeyDown={onKeyDown}
          className="prose-type border-line-2 focus:border-ink field-sizing-content max-h-[50dvh] min-h-24 w-full resize-none border-b bg-transparent pb-2 outline-none"
        />
        {needed ? (
          <p id="idea-needed" role="alert" className="text-meta text-del mt-1">
            {t('new.needIdea')}
          </p>
        ) : null}
      </div>
      <SparkList language={idea.language} current={idea.idea} onTake={take} />
      <IdeaOptions idea={idea} onChange={change} />
      {begin.error ? <ProblemNote error={begin.error} text={t('new.kept')} /> : null}
      {blank.error ? <ProblemNote error={blank.error} text={t('new.kept')} /> : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 pt-2">
        <Button
          type="submit"
          variant="primary"
          size="large"
          disabled={busy}
          aria-description={cost}
        >
          {begin.isPending ? t('new.working') : t('new.submit')}
        </Button>
        <span className="text-meta text-ink-2 figures grow">{cost}</span>
        <Button
          variant="link"
          className="text-ink-2"
          disabled={busy}
          onClick={() =>
            blank.mutate(idea, {
              onSuccess: (novel) => {
                keepIdea('');
                onBlank(novel.id);
              },
            })
          }
        >
          {t('new.blank')}
        </Button>
      </div>
      <ModelLine />
    </form>
  );
}
