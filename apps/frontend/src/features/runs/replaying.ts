import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { ask } from '@/shared/api/ask';
import { api, body } from '@/shared/api/client';
import type { components } from '@/shared/api/generated/schema';
import { keys } from '@/shared/api/keys';
import type { CallRead, RunRead } from '@/shared/api/types';
import { newId } from '@/shared/text/ids';

type Preview = components['schemas']['ReplayPreview'];

/** What is to be different when a call is sent again. */
export interface ReplayChange {
  readonly without: readonly number[];
  readonly system: string;
  readonly task: string;
  readonly model: { readonly endpoint_id: string; readonly model: string } | null;
}

export const unchanged = (receipt: CallRead): ReplayChange => ({
  without: [],
  system: receipt.wording?.system ?? '',
  task: receipt.wording?.task ?? '',
  model: null,
});

/** The change as the server takes it: only what differs is named. */
export function inputOf(receipt: CallRead, change: ReplayChange) {
  const was = unchanged(receipt);
  return {
    without: [...change.without].sort((one, other) => one - other),
    ...(change.system === was.system ? {} : { system: change.system }),
    ...(change.task === was.task ? {} : { task: change.task }),
  };
}

/** What would be sent and what it would cost; nothing is sent. */
export const replayPreviewQuery = (receipt: CallRead, change: ReplayChange) =>
  queryOptions({
    queryKey: [...keys.call(receipt.id), 'replay', change] as const,
    queryFn: ({ signal }) =>
      ask<Preview>(`/calls/${receipt.id}/replay/preview`, {
        method: 'POST',
        json: { ...inputOf(receipt, change), ...(change.model ?? {}) },
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });

/** Sends a call again. The same change is sent once, however often the button is pressed. */
export function useReplay(novel: string, receipt: CallRead) {
  const key = useRef({ of: '', id: newId() });
  return useMutation({
    mutationFn: (change: ReplayChange) => {
      const of = JSON.stringify(change);
      if (key.current.of !== of) key.current = { of, id: newId() };
      return ask<RunRead>(`/novels/${novel}/runs`, {
        method: 'POST',
        headers: { 'idempotency-key': key.current.id },
        json: {
          task: 'writer.replay',
          input: { call: receipt.id, ...inputOf(receipt, change) },
          ...(change.model ? { model_override: change.model } : {}),
        },
      });
    },
    onSuccess: () => {
      key.current = { of: '', id: newId() };
    },
  });
}

export const proposalQuery = (proposal: string) =>
  queryOptions({
    queryKey: ['proposal', proposal] as const,
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/proposals/{proposal_id}', {
          params: { path: { proposal_id: proposal } },
          signal,
        }),
      ),
  });

/** An answer as text to be compared: prose without the marks of its beats, an object with a line for each member. */
export const answerOf = (receipt: CallRead): string =>
  receipt.output
    ? JSON.stringify(receipt.output, null, 2)
    : receipt.reply.replaceAll(/\s*\[\[B\d{1,3}\]\]\s*/gu, '\n\n').trim();
