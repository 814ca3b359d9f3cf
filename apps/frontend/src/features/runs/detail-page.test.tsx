import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { RunDetailPage } from './detail-page';

configure({ asyncUtilTimeout: 10_000 });
const NONE = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };
const run = (more: object = {}) => ({
  id: 'r', novel_id: 'n', task: 'director.write_book', agent: 'director', state: 'completed',
  goal: 'runs.goal.write_book', usage: NONE, words: 300, demo: false, root_id: 'r', result: null,
  created_at: '2026-01-01T10:00:00Z', started_at: '2026-01-01T10:00:00Z', finished_at: '2026-01-01T10:05:00Z',
  ...more,
}); // prettier-ignore
const step = (path: string, more: object = {}) => ({
  path, name: path, agent: 'director', title_key: `runs.step.${path}`, state: 'completed', attempt: 1,
  started_at: '2026-01-01T10:00:00Z', finished_at: '2026-01-01T10:01:00Z', outputs: [], ...more,
}); // prettier-ignore
const CHANGE = {
  kind: 'chapter',
  number: 4,
  title: 'Ice',
  field: 'purpose',
  before: 'She waits.',
  after: 'She leaves.',
};
const OUTPUTS = [
  { kind: 'finding', index: 0, value: { rule: 'P-DEAD', severity: 'error', where: 'Dawn', round: 0,
    why: { en: 'Odile is dead here.', zh: '奥迪尔此时已死。' } } },
  { kind: 'pick', index: 0, value: { alt: 2, of: 3, why: 'Its turn costs her something.',
    plans: [{ alt: 1, faults: [], critiques: [{ problem: 'Nothing is at stake.' }] }] } },
]; // prettier-ignore

let shown: object = run();
let told: { path: string; body: unknown }[] = [];
const note = async (request: Request) => {
  const text = await request.text();
  told.push({
    path: new URL(request.url).pathname.replace('/api/v1', ''),
    body: text ? (JSON.parse(text) as unknown) : null,
  });
};
fakeGateway(
  http.get(at('/runs/r'), () => HttpResponse.json(shown)),
  http.get(at('/runs/r/steps'), () =>
    HttpResponse.json({
      items: [step('cards', { outputs: OUTPUTS }), step('draft', { child_run_id: 'c' })],
    }),
  ),
  http.get(at('/runs/c/steps'), () =>
    HttpResponse.json({ items: [step('beats'), step('realise')] }),
  ),
  http.post(at('/runs/:run/revert'), async ({ request }) => {
    await note(request);
    return HttpResponse.json({
      returns: { scenes: ['s1', 's2'] },
      conflicts: { cards: ['k'] },
      revision: 9,
    });
  }),
  http.post(at('/runs/:run/:verb'), async ({ request }) => {
    await note(request);
    return HttpResponse.json(shown);
  }),
);
beforeEach(() => {
  shown = run();
  told = [];
});
const open = async (locale: 'en' | 'zh-CN' = 'en') => {
  const user = userEvent.setup();
  await renderPage(<RunDetailPage novel="n" run="r" />, locale);
  return user;
};

test('what was found, repaired and chosen stands under its step, in both languages', async () => {
  await open();
  expect(await screen.findByText(/Odile is dead here/u)).toHaveTextContent(
    'Found and repaired: Dawn –',
  );
  expect(screen.getByText(/Its turn costs her something/u)).toHaveTextContent(
    'Plan 2 of 3 was taken.',
  );
  expect(screen.getByText(/Nothing is at stake/u)).toBeInTheDocument();
});

test('the same in Chinese', async () => {
  await open('zh-CN');
  expect(await screen.findByText(/奥迪尔此时已死/u)).toHaveTextContent('发现并改好');
});

test('a step of a run below is tried again in that run, after a word about what it costs', async () => {
  const user = await open();
  await user.click(
    await screen.findByRole('button', { name: /Try again from here: Compare with the plan/u }),
  );
  const dialog = screen.getByRole('dialog');
  expect(dialog).toHaveTextContent('done and paid again');
  await user.click(within(dialog).getByRole('button', { name: 'Try again from here' }));
  await waitFor(() =>
    expect(told).toEqual([{ path: '/runs/c/retry', body: { from_step: 'realise' } }]),
  );
});

test('nothing is tried again while it is at work; it is steered, for the next step or for this one', async () => {
  shown = run({ state: 'running', finished_at: null });
  const user = await open();
  await user.click(await screen.findByRole('button', { name: 'Steer…' }));
  expect(screen.queryByRole('button', { name: /Try again from here/u })).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('One sentence'), 'More rain.');
  await user.click(screen.getByRole('radio', { name: 'Begin this step again with it' }));
  await user.click(screen.getByRole('button', { name: 'Say it' }));
  await waitFor(() =>
    expect(told).toEqual([{ path: '/runs/r/steer', body: { text: 'More rain.', when: 'now' } }]),
  );
});

test('a change of the plan is seen as what goes and what comes before it is answered', async () => {
  shown = run({
    state: 'waiting',
    gate: {
      name: 'replan', path: 'gate:replan:1', question: 'Shall they be made?', changes: [CHANGE],
      options: [{ id: 'adopt', label: 'Make the changes' }, { id: 'skip', label: 'Leave the plan' }],
    }, // prettier-ignore
  });
  const user = await open();
  const gate = await screen.findByRole('region', { name: 'The run asks' });
  expect(gate).toHaveTextContent('Chapter 4, Ice · what it is for');
  expect([...gate.querySelectorAll('del')].map((one) => one.textContent).join('')).toContain(
    'waits',
  );
  expect([...gate.querySelectorAll('ins')].map((one) => one.textContent).join('')).toContain(
    'leaves',
  );
  await user.click(within(gate).getByRole('button', { name: 'Make the changes' }));
  await waitFor(() =>
    expect(told).toEqual([{ path: '/runs/r/answer', body: { gate: 'replan', decision: 'adopt' } }]),
  );
});

test('words that an answer takes are asked for before it is sent', async () => {
  shown = run({
    state: 'waiting',
    gate: { name: 'plan', path: 'gate:plan:1', question: 'Like this?',
      options: [{ id: 'accept', label: 'Write it' }, { id: 'revise', label: 'Again', text: true }] }, // prettier-ignore
  });
  const user = await open();
  await user.click(await screen.findByRole('button', { name: 'Again' }));
  expect(told).toEqual([]);
  await user.type(screen.getByLabelText('What should be different'), 'Shorter.');
  await user.click(screen.getByRole('button', { name: 'Say it' }));
  const body = { gate: 'plan', decision: 'revise', text: 'Shorter.' };
  await waitFor(() => expect(told).toEqual([{ path: '/runs/r/answer', body }]));
});

test('what came of it is told: why it stopped, what was left, what changed, what was refused', async () => {
  shown = run({
    result: {
      stopped: 'same-contradiction',
      chapters: [{ scenes: [{ scene: 's2', left: 'It refused' }],
        replanned: { applied: [CHANGE], refused: [{ why: 'locked', change: CHANGE }] } }], // prettier-ignore
    },
  });
  await open();
  expect(await screen.findByText(/same contradiction stood in two scenes/u)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'See the scene' })).toHaveAttribute(
    'href',
    '/n/n/write/s2',
  );
  expect(screen.getByText('1 change of the plan')).toBeInTheDocument();
  expect(screen.getByText(/it is locked/u)).toHaveTextContent('She leaves.');
});

test('a run is taken back as one set, after a look at what that is and what stays', async () => {
  const user = await open();
  await user.click(await screen.findByRole('button', { name: 'Take this run back…' }));
  const dialog = screen.getByRole('dialog');
  expect(await within(dialog).findByText('2 scenes')).toBeInTheDocument();
  expect(dialog).toHaveTextContent('1 thing stays');
  await user.click(within(dialog).getByRole('button', { name: 'Take it back' }));
  await waitFor(() =>
    expect(told.map(({ path }) => path)).toEqual(['/runs/r/revert', '/runs/r/revert']),
  );
});
