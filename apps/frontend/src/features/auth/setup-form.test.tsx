import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http, problem } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { SetupForm } from './components/setup-form';

const sent: unknown[] = [];
const gateway = fakeGateway(
  http.post(at('/setup'), async ({ request }) => {
    sent.push(await request.json());
    return HttpResponse.json({ id: 'u1', name: 'Ada', kind: 'owner' }, { status: 201 });
  }),
  http.get(at('/system/bootstrap'), () => HttpResponse.json({})),
);
beforeEach(() => {
  sent.length = 0;
});

async function fill(name: string, password: string) {
  const user = userEvent.setup();
  if (name) await user.type(await screen.findByLabelText('Your name'), name);
  else await screen.findByLabelText('Your name');
  if (password) await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByRole('button', { name: 'Create my studio' }));
}

test('nothing is sent while a field is missing or the password is short', async () => {
  await renderPage(<SetupForm needsCode={false} guestAllowed onDone={() => undefined} />);
  await fill('', 'short');
  expect(screen.getByLabelText('Your name')).toHaveAccessibleDescription('Needed.');
  expect(screen.getByLabelText('Password')).toHaveAccessibleDescription('At least 12 characters.');
  expect(sent).toEqual([]);
});

test('an empty e-mail is left out, and the author goes on when the account is made', async () => {
  const done = vi.fn();
  await renderPage(<SetupForm needsCode={false} guestAllowed={false} onDone={done} />);
  await fill('  Ada ', 'a calm winter sentence');
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(sent).toEqual([{ name: 'Ada', password: 'a calm winter sentence', locale: 'en' }]);
  expect(screen.queryByText('Try without an account')).not.toBeInTheDocument();
});

test('a guessable password is said at its field, in the interface language', async () => {
  gateway.use(
    http.post(at('/setup'), () => problem(422, 'weak-password', { params: { reason: 'common' } })),
  );
  await renderPage(
    <SetupForm needsCode={false} guestAllowed={false} onDone={() => undefined} />,
    'zh-CN',
  );
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('你的名字'), '阿达');
  await user.type(screen.getByLabelText('密码'), 'passwordpassword');
  await user.click(screen.getByRole('button', { name: '建立我的工作室' }));
  await waitFor(() =>
    expect(screen.getByLabelText('密码')).toHaveAccessibleDescription('这个密码太容易被猜到。'),
  );
});

test('the set-up code is asked for only where it is needed', async () => {
  await renderPage(<SetupForm needsCode guestAllowed={false} onDone={() => undefined} />);
  await fill('Ada', 'a calm winter sentence');
  expect(screen.getByLabelText('Set-up code')).toHaveAccessibleDescription('Needed.');
  expect(sent).toEqual([]);
});
