import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/shared/i18n/format';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { AreaField } from '@/shared/ui/fields';
import { IconButton } from '@/shared/ui/icon-button';
import { ProblemNote } from '@/shared/ui/problem-note';
import { Waiting } from '@/shared/ui/waiting';
import {
  addSample,
  removeSample,
  voiceQuery,
  type Manner,
  type VoiceSamples,
} from '../voice-queries';

interface VoiceDialogProps {
  readonly novel: string;
  readonly language: string;
  /** What is selected on the page, offered as a sample. */
  readonly selection: string;
  readonly onClose: () => void;
}

/** The author's own hand: passages that the agents follow, and what was measured on them. */
export function VoiceDialog({ novel, language, selection, onClose }: VoiceDialogProps) {
  const { t } = useTranslation('proposals');
  const client = useQueryClient();
  const voice = useQuery(voiceQuery(novel));
  const [text, setText] = useState('');
  const { queryKey } = voiceQuery(novel);
  const add = useMutation({
    mutationFn: (sample: string) => addSample(novel, sample),
    onSuccess: (found) => {
      client.setQueryData(queryKey, found);
      setText('');
    },
  });
  const remove = useMutation({
    mutationFn: (sample: string) => removeSample(novel, sample),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') add.mutate(text.trim());
  };
  const error = voice.error ?? add.error ?? remove.error;
  return (
    <Dialog wide open onOpenChange={onClose} title={t('voice.title')} description={t('voice.text')}>
      <div className="flex flex-col gap-6">
        {voice.data ? (
          <>
            <Measured voice={voice.data} language={language} />
            {voice.data.samples.length > 0 ? (
              <ul className="flex flex-col gap-3">
                {voice.data.samples.map((sample) => (
                  <li
                    key={sample.id}
                    className="border-line-2 flex items-start gap-2 border-s ps-3"
                  >
                    <p lang={language} className="line-clamp-3 grow font-serif">
                      {sample.text}
                    </p>
                    <IconButton
                      icon={X}
                      className="shrink-0"
                      label={t('voice.remove')}
                      disabled={remove.isPending}
                      onClick={() => remove.mutate(sample.id)}
                    />
                  </li>
                ))}
              </ul>
            ) : null}
          </>
        ) : voice.error ? null : (
          <Waiting text={t('voice.title')} />
        )}
        <form onSubmit={submit} className="flex flex-col items-start gap-3 [&>div]:w-full">
          <AreaField
            label={t('voice.add')}
            hint={t('voice.hint')}
            rows={5}
            maxLength={40_000}
            lang={language}
            value={text}
            onChange={setText}
          />
          <div className="flex flex-wrap gap-3">
            <Button type="submit" variant="primary" disabled={add.isPending || text.trim() === ''}>
              {t('voice.keep')}
            </Button>
            {selection.trim() === '' ? null : (
              <Button disabled={add.isPending} onClick={() => add.mutate(selection.trim())}>
                {t('voice.selection')}
              </Button>
            )}
          </div>
        </form>
        {error ? <ProblemNote error={error} /> : null}
      </div>
    </Dialog>
  );
}

const FIGURES = ['sentence', 'paragraph', 'dialogue', 'commas'] as const;

function Measured({ voice, language }: { voice: VoiceSamples; language: string }) {
  const { t } = useTranslation('proposals');
  const { manner } = voice;
  if (!manner)
    return <p className="text-meta text-ink-2">{t('voice.tooFew', { count: voice.least })}</p>;
  return (
    <dl className="text-meta grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
      {FIGURES.map((name) => (
        <Figure key={name} name={t(`voice.figures.${name}`)} value={figureOf(manner, name, t)} />
      ))}
      <Figure
        name={t('voice.figures.told')}
        value={[
          t(manner.person === 'first' ? 'voice.first' : 'voice.third'),
          ...(manner.tense === ''
            ? []
            : [t(manner.tense === 'present' ? 'voice.present' : 'voice.past')]),
        ].join(' · ')}
      />
      {manner.favourites.length > 0 ? (
        <Figure
          name={t('voice.figures.favourites')}
          value={<span lang={language}>{manner.favourites.join(' · ')}</span>}
        />
      ) : null}
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="figures">{value}</dd>
    </>
  );
}

type T = ReturnType<typeof useTranslation<'proposals'>>['t'];

function figureOf(manner: Manner, name: (typeof FIGURES)[number], t: T): string {
  const shown = (value: number) => formatNumber(value, document.documentElement.lang || 'en');
  if (name === 'sentence') {
    return t('voice.range', {
      mean: shown(manner.sentence),
      short: shown(manner.short),
      long: shown(manner.long),
    });
  }
  if (name === 'dialogue') return t('voice.share', { share: shown(manner.dialogue) });
  return shown(manner[name]);
}
