import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { ModelsSection } from './section';

configure({ asyncUtilTimeout: 10_000 });
const LARGE = { endpoint_id: 'e1', model: 'large' };
const SMALL = { endpoint_id: 'e2', model: 'small' };
const NAMES = ['worldsmith', 'director', 'writer', 'editor', 'librarian', 'quick'];
let asked: unknown[] = [];
let isPrivate = false;
let tried: unknown[] = [];
const JUDGE = {
  endpoint_id: 'e1',
  provider_label: 'Far',
  model: 'large',
  demo: false,
  own: true,
  trials: { marks: { pairs: 0, right: 0, flips: 0, too_small: { reads: 1500, needs: 1611 } } },
  trusted: [] as string[],
  at: null as string | null,
};
const SHOWN = {
  trials: { choice: { pairs: 20, right: 19, flips: 1 } },
  trusted: ['choice'],
  at: '2026-03-01T10:00:00Z',
};

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
  http.get(at('/judges'), () =>
    HttpResponse.json({
      language: 'en',
      decides: tried.length > 0,
      mine: true,
      reworded: tried.length > 0 ? [] : ['choice'],
      models: [tried.length > 0 ? { ...JUDGE, ...SHOWN } : JUDGE],
    }),
  ),
  http.post(at('/runs/estimate'), () =>
    HttpResponse.json({ basis: 'price_table', low: 0.02, high: 0.05, words: 0 }),
  ),
  http.post(at('/novels/b1/runs'), async ({ request }) => {
    tried.push(await request.json());
    return HttpResponse.json({ id: 'r1', state: 'running', error: null }, { status: 202 });
  }),
  http.get(at('/runs/r1'), () => HttpResponse.json({ id: 'r1', state: 'completed', error: null })),
  http.all(at('/*'), () => HttpResponse.json({ items: [], detected: [], permissions: [] })),
);

beforeEach(() => {
  asked = [];
  tried = [];
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

test.each(['en', 'zh-CN'] as const)(
  'a model is tried as a judge, its price told before (%s)',
  async (locale) => {
    const user = userEvent.setup();
    await renderPage(<ModelsSection books={[{ id: 'b1', title: 'Lamps' }]} />, locale);
    expect(await screen.findByText(locale === 'en' ? /only advises/u : /只提意见/u)).toBeVisible();
    const [other, small] =
      locale === 'en'
        ? [/not tried with your wording/u, /reads 1,500 tokens, and the trial needs 1,611/u]
        : [/用你改写的提示词还没有试过/u, /能读 1,500 个词元，试评需要 1,611 个/u];
    expect(screen.getByText(other)).toBeVisible();
    expect(screen.getByText(small)).toBeVisible();
    expect(await screen.findByText(/\$0\.05/u)).toBeVisible();
    await user.click(
      screen.getByRole('button', { name: locale === 'en' ? 'Try it as a judge' : '让它试评' }),
    );
    await waitFor(() =>
      expect(tried).toEqual([
        {
          task: 'editor.calibrate',
          input: {},
          model_override: { endpoint_id: 'e1', model: 'large' },
        },
      ]),
    );
    expect(
      await screen.findByText(locale === 'en' ? /19 of 20 right/u : /20 对中对了 19 对/u),
    ).toBeVisible();
    expect(
      screen.getByText(
        locale === 'en' ? /^In books in English the editor picks/u : /^写英语书时，编辑会自己挑选/u,
      ),
    ).toBeVisible();
  },
);

test('without a book there is nowhere to try a judge, and nothing is offered', async () => {
  await renderPage(<ModelsSection books={[]} />, 'en');
  expect(await screen.findByRole('checkbox', { name: /Private mode for all/u })).toBeVisible();
  expect(screen.queryByText('Who may judge')).toBeNull();
});
