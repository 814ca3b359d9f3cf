import { configure, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { NextChapters } from './next-chapters';

configure({ asyncUtilTimeout: 10_000 });
let decides = false;
let started: unknown[] = [];
let waits: unknown = null;
const judge = (trusted: readonly string[]) => ({
  endpoint_id: 'e1',
  provider_label: 'Far',
  model: 'large',
  demo: false,
  own: true,
  trials: {},
  trusted,
  at: null,
});
fakeGateway(
  http.get(at('/judges'), () =>
    HttpResponse.json({
      language: 'en',
      decides,
      mine: true,
      models: [judge(decides ? ['choice'] : [])],
    }),
  ),
  http.post(at('/runs/estimate'), () =>
    HttpResponse.json({ basis: 'free', low: 0, high: 0, words: 100 }),
  ),
  http.post(at('/novels/n/runs'), async ({ request }) => {
    const asked = (await request.json()) as { input: unknown; gates: unknown };
    started.push(asked.input);
    waits = asked.gates;
    return HttpResponse.json({ id: 'r1', state: 'running' }, { status: 202 });
  }),
);

beforeEach(() => {
  decides = false;
  started = [];
});

const open = async () => {
  const user = userEvent.setup();
  await renderPage(<NextChapters novel="n" onClose={() => undefined} />, 'en');
  return user;
};

test('where more drafts would change nothing, that is said and they cannot be chosen', async () => {
  const user = await open();
  expect(await screen.findByText(/More would change nothing: large/u)).toBeVisible();
  expect(screen.getByLabelText('Drafts of a scene')).toBeDisabled();
  expect(screen.getByRole('link', { name: 'Try it as a judge' })).toHaveAttribute(
    'href',
    '/settings/models',
  );
  await user.click(screen.getByRole('button', { name: /Write/u }));
  await waitFor(() => expect(started).toEqual([{ chapters: 1 }]));
});

test('a judge that was tried picks between drafts; a reading is asked for besides', async () => {
  decides = true;
  const user = await open();
  const drafts = await screen.findByLabelText('Drafts of a scene');
  await waitFor(() => expect(drafts).toBeEnabled());
  await user.selectOptions(drafts, '3');
  await user.click(screen.getByRole('checkbox', { name: /read over/u }));
  await user.click(screen.getByRole('button', { name: /Write/u }));
  await waitFor(() => expect(started).toEqual([{ chapters: 1, drafts: 3, read: true }]));
});

test('several plans are compared, and the run asks above an amount', async () => {
  const user = await open();
  await user.selectOptions(await screen.findByLabelText('Plans compared'), '2');
  await user.selectOptions(screen.getByLabelText('A finished scene'), 'clash');
  await user.selectOptions(screen.getByLabelText('What the run costs'), 'cost');
  const amount = screen.getByLabelText('US dollars');
  await user.clear(amount);
  expect(screen.getByRole('button', { name: /^Write/u })).toBeDisabled();
  await user.type(amount, '0.5');
  await user.click(screen.getByRole('button', { name: /^Write/u }));
  await waitFor(() => expect(started).toEqual([{ chapters: 1, alternatives: 2 }]));
  expect(waits).toMatchObject({ accept: 'ask_if_contradiction', spend: 'ask_if_cost_over(0.5)' });
});
