import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '@/shared/api/ask';
import { keys } from '@/shared/api/keys';
import { newId } from '@/shared/text/ids';
import { toast } from '@/shared/ui/toast';
import { isWaiting } from './model';
import type {
  Asked,
  GenesisRead,
  LockAnswer,
  OptionRead,
  PickAnswer,
  Round,
  Stage,
  StageRead,
  UnlockAnswer,
  Value,
  WishKind,
} from './types';

const at = (novel: string, path = '') => `/novels/${novel}/genesis${path}`;

/** While something is being answered the server is asked again, should its news get lost. */
const WATCH_MS = 3_000;

export const genesisQuery = (novel: string) =>
  queryOptions({
    queryKey: keys.genesis(novel),
    queryFn: ({ signal }) => ask<GenesisRead>(at(novel), { signal }),
    refetchInterval: (query) =>
      query.state.data?.stages.some((stage) => stage.busy) ? WATCH_MS : false,
  });

export const roundsQuery = (novel: string, stage: Stage) =>
  queryOptions({
    queryKey: keys.genesis(novel, stage),
    queryFn: async ({ signal }) =>
      (await ask<{ items: Round[] }>(at(novel, `/${stage}/rounds`), { signal })).items,
    refetchInterval: (query) => (query.state.data?.some(isWaiting) ? WATCH_MS / 2 : false),
  });

/** What a model is asked: it answers in its own time, as a round of the conversation. */
export type Ask =
  | { action: 'generate'; instruction?: string; keep?: readonly string[]; count?: number }
  | { action: 'ask'; message: string }
  | { action: 'compare'; option_ids: readonly string[]; criteria?: readonly string[] }
  | { action: 'merge'; option_ids: readonly string[]; instruction?: string }
  | { action: 'complete'; fields?: readonly string[] }
  | { action: 'digest'; text: string }
  | { action: 'refresh' };

/** What the author does: it counts at once. */
export type Do =
  | { action: 'pick'; option_id: string }
  | { action: 'edit'; path: string; value: Value; base?: Value }
  | { action: 'restore'; revision: number }
  | { action: 'edit_option'; option_id: string; path: string; value: Value }
  | { action: 'constrain'; text: string; kind: WishKind; scope: 'all' | Stage }
  | { action: 'unconstrain'; id: string }
  | { action: 'lock'; preview?: boolean }
  | { action: 'unlock'; preview?: boolean };

function useFresh(novel: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.genesis(novel) });
}

export function useAsk(novel: string, stage: Stage) {
  const fresh = useFresh(novel);
  return useMutation({
    mutationFn: ({ action, ...json }: Ask) =>
      ask<Asked>(at(novel, `/${stage}/${action}`), {
        method: 'POST',
        headers: { 'idempotency-key': newId() },
        json,
      }),
    onSettled: fresh,
  });
}

const send = <T>(novel: string, stage: Stage, { action, ...json }: Do) =>
  ask<T>(at(novel, `/${stage}/${action}`), { method: 'POST', json });

export function useDo(novel: string, stage: Stage) {
  const fresh = useFresh(novel);
  return useMutation({
    mutationFn: (given: Do) => send<StageRead | OptionRead>(novel, stage, given),
    onSettled: fresh,
  });
}

/** Takes an option as the draft; what was there before it can be had back. */
export function usePick(novel: string, stage: Stage) {
  const { t } = useTranslation(['concept', 'common']);
  const fresh = useFresh(novel);
  const restore = async (revision: number) => {
    try {
      await send<StageRead>(novel, stage, { action: 'restore', revision });
      toast(t('option.restored'));
    } catch {
      toast(t('option.notRestored'));
    }
    await fresh();
  };
  return useMutation({
    mutationFn: (option: string) =>
      send<PickAnswer>(novel, stage, { action: 'pick', option_id: option }),
    onSuccess: ({ replaced }) => {
      if (replaced === null) return;
      toast(t('option.replaced'), {
        label: t('common:actions.undo'),
        run: () => void restore(replaced),
      });
    },
    onSettled: fresh,
  });
}

/** Ends a message that waits or is being answered, or asks a failed one again. */
export function useRoundAct(novel: string, stage: Stage) {
  const fresh = useFresh(novel);
  return useMutation({
    mutationFn: ({ round, verb }: { round: string; verb: 'cancel' | 'retry' }) =>
      ask<Round>(at(novel, `/${stage}/rounds/${round}/${verb}`), { method: 'POST', json: {} }),
    onSettled: fresh,
  });
}

/** What locking would write and what is in its way. */
export const lockQuery = (novel: string, stage: Stage) =>
  queryOptions({
    queryKey: keys.genesis(novel, stage, 'lock'),
    queryFn: () => send<LockAnswer>(novel, stage, { action: 'lock', preview: true }),
    gcTime: 0,
    staleTime: 0,
  });

/** What rests on a stage that is about to be opened again. */
export const unlockQuery = (novel: string, stage: Stage) =>
  queryOptions({
    queryKey: keys.genesis(novel, stage, 'unlock'),
    queryFn: () => send<UnlockAnswer>(novel, stage, { action: 'unlock', preview: true }),
    gcTime: 0,
    staleTime: 0,
  });

export const askLock = (novel: string, stage: Stage) =>
  send<LockAnswer>(novel, stage, { action: 'lock' });
export const askUnlock = (novel: string, stage: Stage) =>
  send<UnlockAnswer>(novel, stage, { action: 'unlock' });
