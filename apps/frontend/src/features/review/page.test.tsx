import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { ReviewPage } from './page';

const scene = { id: 's1', title: 'The bell', words: 20 };
const tree = {
  parts: [{ chapters: [{ id: 'c1', number: 1, title: 'Salt', scenes: [scene] }] }],
};
let states: string[] = [];
let asked = 0;
let read = 0;
const run = (state: string) => ({ id: 'r1', novel_id: 'n', state, error: null });
const server = fakeGateway(
  http.get(at('/novels/n/findings'), () => {
    read += 1;
    return HttpResponse.json({ items: [], not_evaluated: [] });
  }),
  http.get(at('/novels/n/tree'), () => HttpResponse.json(tree)),
  http.post(at('/novels/n/runs'), () => HttpResponse.json(run('queued'), { status: 202 })),
  http.get(at('/runs/r1'), () => {
    asked += 1;
    return HttpResponse.json(run(states.shift() ?? 'running'));
  }),
);

async function check(given: string[]) {
  states = given;
  asked = 0;
  read = 0;
  const user = userEvent.setup();
  const page = await renderPage(<ReviewPage novel="n" language="en" />);
  await user.click(await screen.findByRole('button', { name: 'Check' }));
  return page;
}

test('a check that is paused is an answer with the way to its run', async () => {
  await check(['paused']);
  const link = await screen.findByRole('link', { name: 'Open its run' });
  expect(link).toHaveAttribute('href', '/n/n/runs/r1');
  expect(screen.getByRole('button', { name: 'Check' })).toBeEnabled();
});

test('what is doubted is read again when the check has ended', async () => {
  await check(['completed']);
  await waitFor(() => expect(read).toBe(2));
  expect(await screen.findByRole('button', { name: 'Check' })).toBeEnabled();
});

test('a run is no longer asked for when the page is left', async () => {
  const { client, unmount } = await check(['running']);
  await waitFor(() => expect(asked).toBe(1));
  const query = client.getQueryCache().find({ queryKey: ['run', 'r1', 'check'] });
  expect(query?.getObserversCount()).toBe(1);
  unmount();
  expect(query?.getObserversCount()).toBe(0);
});

test('nothing is said of the book before it is there', async () => {
  server.use(http.get(at('/novels/n/tree'), () => new Promise<never>(() => undefined)));
  await renderPage(<ReviewPage novel="n" language="en" />);
  await waitFor(() => expect(screen.queryByText('Reading the doubts')).not.toBeInTheDocument());
  expect(screen.queryByText('Nothing is written yet that could be checked.')).toBeNull();
});
