import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export type RunAct =
  | { verb: 'pause' | 'resume' | 'cancel' }
  | { verb: 'retry'; step?: string; model?: { endpoint_id: string; model: string } }
  | { verb: 'steer'; text: string; when: 'step' | 'now' }
  | { verb: 'answer'; gate: string; decision: string; text?: string };

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
              ...path,
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
        client.invalidateQueries({ queryKey: keys.steps(run) }),
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
