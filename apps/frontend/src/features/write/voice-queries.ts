import { queryOptions } from '@tanstack/react-query';
import { ask } from '@/shared/api/ask';

/** What was measured on the samples; shares in percent, semicolons and dashes per 1,000 words. */
export interface Manner {
  readonly words: number;
  readonly sentence: number;
  readonly short: number;
  readonly long: number;
  readonly paragraph: number;
  readonly dialogue: number;
  readonly commas: number;
  readonly semicolons: number;
  readonly dashes: number;
  readonly contractions: number;
  readonly person: string;
  readonly tense: string;
  readonly favourites: readonly string[];
}

/** Samples of the author's hand, and how they are written; `manner` is null while there are too few words. */
export interface VoiceSamples {
  readonly samples: readonly {
    readonly id: string;
    readonly text: string;
    readonly note: string;
  }[];
  readonly manner: Manner | null;
  readonly least: number;
}

export const voiceQuery = (novel: string) =>
  queryOptions({
    queryKey: ['novel', novel, 'voice'] as const,
    queryFn: () => ask<VoiceSamples>(`/novels/${novel}/voice`),
  });

export const addSample = (novel: string, text: string) =>
  ask<VoiceSamples>(`/novels/${novel}/voice`, { method: 'POST', json: { text } });

export const removeSample = (novel: string, sample: string) =>
  ask<unknown>(`/novels/${novel}/voice/${sample}`, { method: 'DELETE' });
