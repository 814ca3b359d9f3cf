import { configure, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { CallRead } from '@/shared/api/types';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { Receipt } from './receipt';

// A machine that does other work at the same time answers late, not wrongly.
configure({ asyncUtilTimeout: 10_000 });

const part = (item: string, text: string) => ({
  slot: '8',
  kind: 'entity',
  id: null,
  item,
  tokens: 10,
  reason: 'pov',
  kept: true,
  text,
  removable: true,
});
const call = (id: string, more: Partial<CallRead> = {}) => ({
  id,
  task: 'writer.draft_scene',
  agent: 'writer',
  state: 'done',
  model: 'demo/storyteller',
  provider: 'demo',
  demo: true,
  role: 'writer',
  novel_id: 'n',
  run_id: 'r0',
  prompt_name: 'writer.draft_scene.en',
  prompt_source: 'novel',
  prompt_version: 'abc',
  rung: '',
  attempt: 1,
  no: 1,
  tries: [],
  finish_reason: 'stop',
  error: null,
  seed: 7,
  temperature: null,
  max_tokens: 900,
  seconds: 2,
  wording: { system: 'You write.', task: '{{briefing}} Go.', variables: ['briefing'] },
  is_typed: false,
  is_replayable: true,
  usage: { input_tokens: 20, output_tokens: 9 },
  cost_usd: 0,
  price_version: null,
  prompt: '[user]\n### C1 Mara\nA diver.\n### C2 Ilan\nA smith.',
  reply: 'It rained.',
  output: null,
  parts: [part('C1', '### C1 Mara'), part('C2', '### C2 Ilan')],
  withheld: [],
  missing: [],
  at: '2026-01-01T00:00:00Z',
  ...more,
});
const run = (more: object) => ({ id: 'r1', novel_id: 'n', error: null, result: null, ...more });
const keysSent: (string | null)[] = [];
const bodies: unknown[] = [];
const previews: unknown[] = [];
let starts = 0;

fakeGateway(
  http.get(at('/calls/c1'), () => HttpResponse.json(call('c1'))),
  http.get(at('/calls/c2'), () => HttpResponse.json(call('c2', { reply: 'It snowed.' }))),
  http.get(at('/models'), () => HttpResponse.json({ items: [] })),
  http.post(at('/calls/c1/replay/preview'), async ({ request }) => {
    previews.push(await request.json());
    return HttpResponse.json({
      messages: [{ role: 'user', text: 'Go.' }],
      tokens_in: 12,
      tokens_out: 9,
      low: 0,
      high: 0,
      basis: 'free',
      model: 'demo/storyteller',
      provider: 'demo',
    });
  }),
  http.post(at('/novels/n/runs'), async ({ request }) => {
    keysSent.push(request.headers.get('idempotency-key'));
    bodies.push(await request.json());
    starts += 1;
    return starts === 1
      ? HttpResponse.json({ code: 'busy', status: 503 }, { status: 503 })
      : HttpResponse.json(run({ state: 'queued' }), { status: 202 });
  }),
  http.get(at('/runs/r1'), () =>
    HttpResponse.json(run({ state: 'completed', result: { call: 'c2', proposals: [] } })),
  ),
  http.get(at('/novels/n/calls/c1/place'), () => HttpResponse.json({ scene_id: null })),
  http.all(at('/novels/n/*'), () => HttpResponse.json({ items: [] })),
);

test('a call is sent again without a part, once, and both answers stand side by side', async () => {
  const user = userEvent.setup();
  await renderPage(<Receipt novel="n" call="c1" />);
  expect(await screen.findByText(/this book’s own wording/u)).toHaveTextContent('version abc');
  await user.click(screen.getByRole('button', { name: 'Send again with changes…' }));
  await user.click(screen.getByRole('checkbox', { name: /Ilan/u }));
  await waitFor(() => expect(previews.at(-1)).toEqual({ without: [1] }));
  // Before anybody pays: there is no place for the new prose.
  expect(await screen.findByText(/would only be shown here/u)).toBeVisible();
  const go = await screen.findByRole('button', { name: 'Send again' });
  await user.click(go);
  await screen.findByRole('alert');
  await user.click(go);
  expect(await screen.findByText('It snowed.')).toBeVisible();
  expect(screen.getAllByText('It rained.').length).toBeGreaterThan(0);
  expect(bodies[1]).toEqual({ task: 'writer.replay', input: { call: 'c1', without: [1] } });
  // A start that was lost is tried again under the same key, so that it happens once.
  expect(keysSent[0]).toBe(keysSent[1]);
  expect(screen.getByText(/Its place in the text is not there/u)).toBeVisible();
});
