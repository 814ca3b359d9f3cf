import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http, problem } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { Prompts } from './page';

// A machine that does other work at the same time answers late, not wrongly.
configure({ asyncUtilTimeout: 10_000 });

const NAME = 'writer.draft_scene.en';
const shipped = {
  version: 's1',
  system: 'You are Writer.',
  task: '{{briefing}}\n\nIn {{word_budget}} words.',
};
const brief = {
  name: NAME,
  agent: 'writer',
  key: 'draft_scene',
  language: 'en',
  variables: ['briefing', 'word_budget'],
  source: 'shipped',
  version: 's1',
  has_moved: false,
  is_unusable: false,
  changed_at: null,
  place: 'scene',
};
const fixed = { name: 'repair', language: 'en', text: 'Your answer could not be used.' };
type Own = Record<string, unknown> | null;
let mine: Own = null;
let refuse: (() => Response) | null = null;
let sent: unknown[] = [];

const read = () => ({
  ...brief,
  shipped,
  mine,
  novel: null,
  source: mine ? 'mine' : 'shipped',
  version: mine ? mine.version : 's1',
  has_moved: mine?.has_moved ?? false,
});
const own = (wording: object, more: object = {}): Own => ({
  ...wording,
  version: 'm1',
  number: 1,
  base: shipped,
  has_moved: false,
  is_unusable: false,
  at: '2026-01-01T00:00:00Z',
  ...more,
});

fakeGateway(
  http.get(at('/prompts'), () => HttpResponse.json({ items: [brief], fixed: [fixed] })),
  http.get(at(`/prompts/${NAME}`), () => HttpResponse.json(read())),
  http.put(at(`/prompts/${NAME}`), async ({ request }) => {
    const given = (await request.json()) as { system: string; task: string };
    sent.push(given);
    if (refuse) return refuse();
    mine = own({ system: given.system, task: given.task });
    return HttpResponse.json(read());
  }),
  http.delete(at(`/prompts/${NAME}`), () => {
    mine = null;
    return HttpResponse.json(read());
  }),
);

beforeEach(() => {
  mine = null;
  refuse = null;
  sent = [];
  sessionStorage.clear();
});

const open = async () => {
  const user = userEvent.setup();
  const page = await renderPage(
    <Prompts
      whose={null}
      language={null}
      name={NAME}
      onOpen={() => undefined}
      partsOf={() => null}
    />,
  );
  const task = await screen.findByRole('textbox', { name: 'What it is asked' });
  return { user, page, task };
};

test('the list says whose wording is in force and opens a prompt', async () => {
  const opened: (string | undefined)[] = [];
  await renderPage(
    <Prompts
      whose={null}
      language={null}
      name={undefined}
      onOpen={(name) => opened.push(name)}
      partsOf={() => null}
    />,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Draft a scene' }));
  expect(opened).toEqual([NAME]);
});

test('a variable that is missing or unknown is named and stops saving', async () => {
  const { user, task } = await open();
  const save = screen.getByRole('button', { name: 'Save for all my books' });
  expect(save).toBeDisabled();
  await user.clear(task);
  await user.type(task, '{{{{mood}} {{{{briefing}}');
  expect(await screen.findByText(/There is no value for \{\{mood\}\}/u)).toHaveTextContent(
    '{{word_budget}} must stand in the text',
  );
  expect(save).toBeDisabled();
  await user.clear(task);
  await user.click(screen.getByRole('button', { name: /^Insert: everything chosen/u }));
  await user.click(screen.getByRole('button', { name: /^Insert: how many words/u }));
  expect(task).toHaveValue('{{briefing}}{{word_budget}}');
  await user.click(save);
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({
    system: shipped.system,
    task: '{{briefing}}{{word_budget}}',
    replaces: null,
  });
  expect(await screen.findByRole('button', { name: 'Back to the shipped wording' })).toBeEnabled();
});

test('what was typed outlives a refusal and leaving the page, and can be saved over', async () => {
  const { user, page, task } = await open();
  refuse = () => problem(409, 'prompt-changed', { params: { version: 'm7' } });
  await user.type(task, ' Begin with rain.');
  await user.click(screen.getByRole('button', { name: 'Save for all my books' }));
  const note = await screen.findByRole('alert');
  page.unmount();
  const again = await open();
  expect(again.task).toHaveValue(`${shipped.task} Begin with rain.`);
  expect(note).toBeDefined();
  await again.user.click(screen.getByRole('button', { name: 'Save for all my books' }));
  refuse = null;
  const over = within(await screen.findByRole('alert')).getByRole('button', {
    name: 'Save mine over it',
  });
  await again.user.click(over);
  await waitFor(() => expect(sent.at(-1)).toMatchObject({ replaces: 'm7' }));
});

test('a shipped wording that moved is told, shown, and can be kept apart', async () => {
  mine = own(shipped, { has_moved: true, base: { ...shipped, system: 'You were Writer.' } });
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'What changed' }));
  expect(screen.getByText('were')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Keep mine' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ replaces: 'm1', system: shipped.system });
});

test.each([
  ['en', /When an answer could not be read/u, /stay as they are/u],
  ['zh-CN', /回答读不懂时/u, /不能改写/u],
] as const)('what cannot be worded anew is shown, and why (%s)', async (locale, name, why) => {
  const user = userEvent.setup();
  await renderPage(
    <Prompts
      whose={null}
      language="en"
      name={undefined}
      onOpen={() => undefined}
      partsOf={() => null}
    />,
    locale,
  );
  await user.click(await screen.findByText(name, {}, { timeout: 10_000 }));
  expect(screen.getByText(fixed.text)).toBeVisible();
  expect(screen.getAllByText(why)[0]).toBeVisible();
});
