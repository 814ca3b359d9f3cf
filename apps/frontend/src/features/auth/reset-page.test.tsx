import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http, problem } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { beforeEach, expect, test } from 'vitest';
import { ResetPage } from './reset-page';

const sent: unknown[] = [];
const gateway = fakeGateway(
  http.post(at('/auth/reset'), async ({ request }) => {
    sent.push(await request.json());
    return new HttpResponse(null, { status: 204 });
  }),
);
beforeEach(() => {
  sent.length = 0;
});

async function choose(password: string) {
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('New password'), password);
  await user.click(screen.getByRole('button', { name: 'Set the password' }));
}

test('a link without its token says so and asks for nothing', async () => {
  await renderPage(<ResetPage token="" />);
  expect(await screen.findByRole('alert')).toHaveTextContent('The link is not complete.');
  expect(screen.queryByLabelText('New password')).not.toBeInTheDocument();
});

test('a short password is not sent; a good one is, and the way in is shown', async () => {
  await renderPage(<ResetPage token="abc" />);
  await choose('short');
  expect(screen.getByLabelText('New password')).toHaveAccessibleDescription(
    'At least 12 characters.',
  );
  expect(sent).toEqual([]);
  await choose(' but now long enough');
  await waitFor(() => expect(screen.getByText('The password is set')).toBeInTheDocument());
  expect(sent).toEqual([{ token: 'abc', password: 'short but now long enough' }]);
});

test('a spent link is said in words', async () => {
  gateway.use(http.post(at('/auth/reset'), () => problem(422, 'link-spent')));
  await renderPage(<ResetPage token="old" />);
  await choose('a calm winter sentence');
  expect(await screen.findByRole('alert')).toHaveTextContent('This link was used already');
});
