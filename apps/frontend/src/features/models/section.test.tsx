import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { ModelsSection } from './section';

const LARGE = { endpoint_id: 'e1', model: 'large' };
const SMALL = { endpoint_id: 'e2', model: 'small' };
const NAMES = ['worldsmith', 'director', 'writer', 'editor', 'librarian', 'quick'];
let asked: unknown[] = [];
let isPrivate = false;

const model = (choice: typeof LARGE, label: string) => ({
  ...choice,
  provider: 'openai',
  provider_label: label,
  local: false,
  demo: false,
});

fakeGateway(
  http.get(at('/models'), () =>
    HttpResponse.json({ items: [model(LARGE, 'Far'), model(SMALL, 'Near')] }),
  ),
  http.get(at('/providers'), () => HttpResponse.json({ items: [] })),
  http.get(at('/roles'), () =>
    HttpResponse.json({
      roles: Object.fromEntries(
        NAMES.map((name) => [name, name === 'writer' ? [LARGE, SMALL] : [LARGE]]),
      ),
      chosen: ['writer'],
      here: [],
    }),
  ),
  http.put(at('/roles'), async ({ request }) => {
    asked.push([new URL(request.url).searchParams.get('novel_id'), await request.json()]);
    return HttpResponse.json({ roles: {}, chosen: [], here: [] });
  }),
  http.get(at('/private-mode'), () =>
    HttpResponse.json({ everywhere: isPrivate, here: false, may_switch_here: true }),
  ),
  http.put(at('/private-mode'), async ({ request }) => {
    const { on } = (await request.json()) as { on: boolean };
    isPrivate = on;
    return HttpResponse.json({ everywhere: on, here: false, may_switch_here: true });
  }),
  http.all(at('/*'), () => HttpResponse.json({ items: [], detected: [], permissions: [] })),
);

beforeEach(() => {
  asked = [];
  isPrivate = false;
});

test('the order of a role is changed for one book', async () => {
  const user = userEvent.setup();
  await renderPage(<ModelsSection books={[{ id: 'b1', title: 'Lamps' }]} />, 'en');
  await user.selectOptions(await screen.findByLabelText('For'), 'Lamps');
  const writer = await screen.findByRole('group', { name: /writer/iu });
  await user.click(within(writer).getByRole('button', { name: /Ask Near · small earlier/u }));
  await waitFor(() => expect(asked).toEqual([['b1', { roles: { writer: [SMALL, LARGE] } }]]));
});

test.each(['en', 'zh-CN'] as const)('private mode is switched and said (%s)', async (locale) => {
  const user = userEvent.setup();
  await renderPage(<ModelsSection books={[]} />, locale);
  const name = locale === 'en' ? /Private mode for all/u : /所有书都用私密模式/u;
  const tick = await screen.findByRole('checkbox', { name });
  expect(tick).not.toBeChecked();
  await user.click(tick);
  expect(
    await screen.findByText(locale === 'en' ? /nothing leaves your own/u : /不会离开你自己/u),
  ).toBeVisible();
});
