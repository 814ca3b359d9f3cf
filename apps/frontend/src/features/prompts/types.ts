import type { ReactNode } from 'react';
import type { components } from '@/shared/api/generated/schema';

type Schemas = components['schemas'];

export type PromptBrief = Schemas['PromptBrief'];
export type PromptList = Schemas['PromptList'];
export type FixedText = Schemas['FixedTextRead'];
export type PromptRead = Schemas['PromptRead'];
export type PromptVersion = Schemas['PromptVersion'];
export type PromptPreview = Schemas['PromptPreview'];
export type PromptCall = Schemas['PromptCall'];

/** The two texts of a prompt: who the agent is, and what it is asked. */
export interface Wording {
  readonly system: string;
  readonly task: string;
}

/** Whose wordings a page shows: those of one novel, or (null) the user's own for all books. */
export type Whose = string | null;

/** Draws the parts of a briefing: what stands in it and why, and what does not. */
export type PartsOf = (
  preview: Pick<PromptPreview, 'parts' | 'withheld' | 'missing'> & { prompt: string },
  novel: string,
) => ReactNode;
