import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runsQuery } from '@/shared/api/run-queries';
import { Button } from '@/shared/ui/button';
import { AreaField, SelectField, Tick } from '@/shared/ui/fields';
import { Section } from '@/shared/ui/page';
import { marksOf } from '../marks';
import { LENSES, feedbackOf, writtenChapters } from '../notes';
import { treeQuery, useReading } from '../queries';
import { MarkList } from './mark-list';
import { NoteList } from './note-list';
import { ProseFigures } from './prose-figures';
import { ReadingState } from './reading-state';

interface ChapterReadingProps {
  readonly novel: string;
  readonly language: string;
}

/** A whole chapter read by a model: feedback by what the author wants looked at, or a search for contradictions. */
export function ChapterReading({ novel, language }: ChapterReadingProps) {
  const { t } = useTranslation('review');
  const chapters = writtenChapters(useQuery(treeQuery(novel)).data);
  const runs = useQuery(runsQuery(novel)).data ?? [];
  const [chosen, setChosen] = useState('');
  const [lenses, setLenses] = useState<readonly string[]>(LENSES);
  const [question, setQuestion] = useState('');
  const reading = useReading(novel);
  const chapter = chapters.find(({ id }) => id === chosen) ?? chapters[0];
  if (!chapter) return null;
  const feedback = feedbackOf(runs, chapter.id);
  const marks = marksOf(runs, chapter.id);
  const { run } = reading;
  const found = run?.task === 'editor.cold_read' && run.state === 'completed' ? run.result : null;
  const doubts = Array.isArray(found?.items) ? found.items.length : 0;
  const turn = (lens: string, on: boolean) =>
    setLenses(LENSES.filter((one) => (one === lens ? on : lenses.includes(one))));
  const give = () =>
    reading.go({
      task: 'editor.feedback',
      input: { chapter: chapter.id, lenses, instruction: question.trim() || null },
    });
  const mark = () =>
    reading.go({ task: 'editor.judge', input: { chapter: chapter.id, criteria: lenses } });
  return (
    <Section title={t('reading.title')} text={t('reading.text')}>
      <div className="flex flex-col gap-4">
        <SelectField
          label={t('reading.chapter')}
          value={chapter.id}
          options={chapters.map(({ id, number, title }) => ({
            value: id,
            label: t('reading.chapterNumber', { number, title }),
          }))}
          onChange={setChosen}
        />
        <fieldset>
          <legend className="text-ui mb-1 font-medium">{t('reading.lenses')}</legend>
          <div className="flex flex-wrap gap-x-5 gap-y-1">
            {LENSES.map((lens) => (
              <Tick
                key={lens}
                label={t(`lens.${lens}`)}
                checked={lenses.includes(lens)}
                onChange={(on) => turn(lens, on)}
              />
            ))}
          </div>
        </fieldset>
        <AreaField
          label={t('reading.question')}
          hint={t('reading.questionHint')}
          value={question}
          rows={2}
          maxLength={1000}
          onChange={setQuestion}
        />
        <div className="flex flex-wrap gap-3">
          <Button variant="primary" disabled={reading.busy || lenses.length === 0} onClick={give}>
            {reading.busy ? t('reading.busy') : t('reading.feedback')}
          </Button>
          <Button
            disabled={reading.busy}
            onClick={() => reading.go({ task: 'editor.cold_read', input: { chapter: chapter.id } })}
          >
            {t('reading.cold')}
          </Button>
          <Button disabled={reading.busy || lenses.length === 0} onClick={mark}>
            {t('reading.mark')}
          </Button>
        </div>
        <ReadingState novel={novel} reading={reading} />
        {found ? (
          <p role="status" className="text-meta text-ink-2">
            {doubts > 0 ? t('reading.coldDone', { count: doubts }) : t('reading.coldNone')}
          </p>
        ) : null}
        {marks ? <MarkList novel={novel} language={language} found={marks} /> : null}
        {feedback ? <NoteList novel={novel} language={language} feedback={feedback} /> : null}
        <ProseFigures novel={novel} language={language} chapter={chapter.id} />
      </div>
    </Section>
  );
}
