import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { nothingYet } from '../live-run-state';
import { RunQuestion } from './run-question';

const answers: unknown[] = [];
fakeGateway(
  http.post(at('/runs/r1/answer'), async ({ request }) => {
    answers.push(await request.json());
    return HttpResponse.json({ id: 'r1', state: 'running' });
  }),
);

test('a first run that waits says what it asks, and is answered where it is seen', async () => {
  const user = userEvent.setup();
  const gate = {
    gate: 'plan',
    question: 'What shall be done?',
    options: [
      { id: 'accept', label: 'Write it all the same', text: false },
      { id: 'revise', label: 'Plan it again', text: true },
    ],
  };
  const state = { ...nothingYet, phase: 'waiting' as const, gate };
  await renderPage(<RunQuestion run="r1" novel="n" state={state} />, 'en');
  expect(await screen.findByText('What shall be done?')).toBeVisible();
  expect(screen.queryByText('Plan it again')).toBeNull();
  expect(screen.getByText('More, and answers in your own words')).toHaveAttribute(
    'href',
    '/n/n/runs/r1',
  );
  await user.click(screen.getByText('Write it all the same'));
  await waitFor(() => expect(answers).toEqual([{ gate: 'plan', decision: 'accept' }]));
}, 20_000);
