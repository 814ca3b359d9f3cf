import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDate, formatMoney, formatNumber } from '@/shared/i18n/format';
import { SelectField } from '@/shared/ui/fields';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import { booksQuery, placesQuery, promptCallsQuery, promptPreviewQuery } from '../queries';
import type { PreviewPlace } from '../queries';
import type { PartsOf, PromptPreview, PromptRead, Whose, Wording } from '../types';

interface PreviewPaneProps {
  readonly whose: Whose;
  readonly prompt: PromptRead;
  /** What was typed and not saved; null: what is in force is shown. */
  readonly draft: Wording | null;
  /** Whether its variables fit; else there is nothing to show. */
  readonly fits: boolean;
  readonly partsOf: PartsOf;
}

/** The prompt with real values, word for word, for a place of a book or as an earlier call had them. */
export function PromptPreviewPane({ whose, ...rest }: PreviewPaneProps) {
  const { t } = useTranslation('prompts');
  const books = useQuery({ ...booksQuery, enabled: whose === null });
  const [book, setBook] = useState('');
  const fitting = (books.data ?? []).filter((one) => one.language === rest.prompt.language);
  const novel = whose ?? (book || fitting[0]?.id);
  if (!rest.fits) return <p className="text-ui text-ink-2">{t('previewMisfit')}</p>;
  return (
    <div className="flex flex-col gap-4">
      {whose === null && fitting.length > 0 ? (
        <SelectField
          label={t('book')}
          value={novel ?? ''}
          options={fitting.map((one) => ({ value: one.id, label: one.title }))}
          onChange={setBook}
        />
      ) : null}
      {novel ? (
        <ForNovel key={novel} novel={novel} {...rest} />
      ) : books.isPending && whose === null ? (
        <Waiting text={t('view.preview')} />
      ) : (
        <p className="text-ui text-ink-2">{t('noBook')}</p>
      )}
    </div>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly place: PreviewPlace;
}

/** The places that this prompt can be shown for, the likeliest first. */
function useChoices(novel: string, prompt: PromptRead): Choice[] | null {
  const { t, i18n } = useTranslation('prompts');
  const tree = useQuery({
    ...placesQuery(novel),
    enabled: prompt.place === 'scene' || prompt.place === 'chapter',
  });
  const calls = useQuery(promptCallsQuery(novel, prompt.name));
  if (calls.isPending || (tree.isPending && tree.fetchStatus !== 'idle')) return null;
  const chapters = tree.data?.parts.flatMap((part) => part.chapters) ?? [];
  const named = (number: number, title: string) => t('chapterNamed', { number, title });
  const places: Choice[] =
    prompt.place === 'book'
      ? [{ value: 'book', label: t('thisBook'), place: {} }]
      : prompt.place === 'chapter'
        ? chapters.map((one) => ({
            value: one.id,
            label: named(one.number, one.title),
            place: { chapter_id: one.id },
          }))
        : chapters.flatMap((one) =>
            one.scenes.map((scene, at) => ({
              value: scene.id,
              label: t('sceneNamed', {
                chapter: named(one.number, one.title),
                number: at + 1,
                title: scene.title,
              }),
              place: { scene_id: scene.id },
            })),
          );
  const earlier = (calls.data ?? []).map((one) => ({
    value: one.call_id,
    label: t('callNamed', { when: formatDate(one.at, i18n.language), model: one.model }),
    place: { call_id: one.call_id },
  }));
  return [...places, ...earlier];
}

type ForNovelProps = Omit<PreviewPaneProps, 'whose' | 'fits'> & { readonly novel: string };

function ForNovel({ novel, prompt, draft, partsOf }: ForNovelProps) {
  const { t } = useTranslation('prompts');
  const choices = useChoices(novel, prompt);
  const [picked, setPicked] = useState('');
  const choice = choices?.find((one) => one.value === picked) ?? choices?.[0];
  const preview = useQuery({
    ...promptPreviewQuery(novel, prompt.name, choice?.place ?? {}, draft),
    enabled: choice !== undefined,
  });
  if (choices === null) return <Waiting text={t('view.preview')} />;
  if (!choice) return <p className="text-ui text-ink-2">{t('noPlace')}</p>;
  return (
    <>
      <SelectField
        label={t('filledFrom')}
        hint={t(draft ? 'previewDraft' : 'previewForce')}
        value={choice.value}
        options={choices}
        onChange={setPicked}
      />
      {preview.isPending ? <Waiting text={t('making')} lines={6} /> : null}
      {preview.error ? (
        <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />
      ) : null}
      {preview.data ? <Shown preview={preview.data} novel={novel} partsOf={partsOf} /> : null}
    </>
  );
}

interface ShownProps {
  readonly preview: PromptPreview;
  readonly novel: string;
  readonly partsOf: PartsOf;
}

function Shown({ preview, novel, partsOf }: ShownProps) {
  const { t, i18n } = useTranslation(['prompts', 'common']);
  const { price, tokens, messages } = preview;
  const cost =
    price.basis === 'private'
      ? t('common:price.private')
      : price.basis === 'unknown' || price.usd === null
        ? t('common:price.unknown')
        : price.basis === 'free' || price.usd === 0
          ? t('common:price.free')
          : t('common:price.about', { sum: formatMoney(price.usd, i18n.language) });
  return (
    <>
      <p className="text-ui text-ink-2 figures">
        {t('sum', {
          shown: formatNumber(tokens, i18n.language),
          model: price.model === 'demo/storyteller' ? t('common:demo.model') : price.model,
          price: cost,
        })}
      </p>
      {messages.map((one, index) => (
        <section key={index}>
          <h3 className="text-meta text-ink-2 mb-1">
            {t(one.role === 'system' ? 'system' : 'task')}
          </h3>
          <pre
            // A text that scrolls can be reached by the keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            role="group"
            aria-label={t(one.role === 'system' ? 'system' : 'task')}
            className="text-meta bg-chrome max-h-96 overflow-auto p-4 font-sans wrap-anywhere whitespace-pre-wrap"
          >
            {one.text}
          </pre>
        </section>
      ))}
      {preview.parts.length > 0 ? (
        <details>
          <summary className="text-meta target w-fit underline underline-offset-4">
            {t('whyEach')}
          </summary>
          <div className="mt-3">
            {partsOf({ ...preview, prompt: messages.map((one) => one.text).join('\n\n') }, novel)}
          </div>
        </details>
      ) : null}
    </>
  );
}
