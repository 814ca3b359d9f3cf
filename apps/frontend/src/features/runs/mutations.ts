import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export type RunAct =
  | { verb: 'pause' | 'resume' | 'cancel' }
  /** `run` is the run of the family that the step belongs to, where that is not the one at hand. */
  | { verb: 'retry'; run?: string; step?: string; model?: { endpoint_id: string; model: string } }
  | { verb: 'steer'; text: string; when: 'step' | 'now' }
  | { verb: 'answer'; gate: string; decision: string; text?: string };

const isSteps = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  queryKey[0] === keys.steps('')[0] && queryKey[2] === keys.steps('')[2];

/** Everything an author can tell a run. */
export function useRunAct(run: string) {
  const client = useQueryClient();
  const path = { params: { path: { run_id: run } } };
  return useMutation({
    mutationFn: (act: RunAct) => {
      switch (act.verb) {
        case 'pause':
          return body(api.POST('/api/v1/runs/{run_id}/pause', path));
        case 'resume':
          return body(api.POST('/api/v1/runs/{run_id}/resume', path));
        case 'cancel':
          return body(api.POST('/api/v1/runs/{run_id}/cancel', path));
        case 'retry':
          return body(
            api.POST('/api/v1/runs/{run_id}/retry', {
              params: { path: { run_id: act.run ?? run } },
              body: {
                ...(act.step ? { from_step: act.step } : {}),
                ...(act.model ? { model_override: act.model } : {}),
              },
            }),
          );
        case 'steer':
          return body(
            api.POST('/api/v1/runs/{run_id}/steer', {
              ...path,
              body: { text: act.text, when: act.when },
            }),
          );
        case 'answer':
          return body(
            api.POST('/api/v1/runs/{run_id}/answer', {
              ...path,
              body: {
                gate: act.gate,
                decision: act.decision,
                ...(act.text ? { text: act.text } : {}),
              },
            }),
          );
      }
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.runs() }),
        client.invalidateQueries({ queryKey: keys.run(run) }),
        // The steps of the runs below too: one of those may be at work again.
        client.invalidateQueries({ predicate: isSteps }),
      ]),
  });
}

/** Takes back what a run and its children changed; a preview only says what that is. */
export const askRevert = (run: string, preview: boolean) =>
  body(
    api.POST('/api/v1/runs/{run_id}/revert', {
      params: { path: { run_id: run }, query: { preview } },
    }),
  );
