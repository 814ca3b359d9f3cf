import { configure, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { PlanPage } from '../page';
import { FurtherChapters } from './further-chapters';

configure({ asyncUtilTimeout: 10_000 });
let started: unknown[] = [];
const chapter = (number: number, arc: string | null) => ({
  id: `c${number}`,
  number,
  title: `Chapter of ${number}`,
  one_line: `Something happens ${number}`,
  status: 'outlined',
  arc_id: arc,
  words: 0,
  scenes: [{ id: `s${number}`, title: '', status: 'idea', words: 0, version: 1, flags: [] }],
});
const chapters = [chapter(1, 'a1'), chapter(2, 'a1'), chapter(3, 'a2')];
const arc = (id: string, title: string, from: number, to: number) => ({
  id,
  title,
  opens_question: `Who asks in ${title}?`,
  closes_question: '',
  value_from: 'debt',
  value_to: 'choice',
  span_from: from,
  span_to: to,
  locked: false,
  turning_points: [
    { id: `t${id}`, kind: 'climax', position: 0.9, tolerance: 0.05, chapter_id: 'c3', note: '' },
  ],
});
const plan = {
  novel_revision: 1,
  concept: null,
  style: null,
  lint: [],
  not_evaluated: [],
  cards: [],
  chapters,
  arcs: [arc('a1', 'The debt', 0, 0.6), arc('a2', 'The storm', 0.6, 1)],
};

fakeGateway(
  http.get(at('/novels/n/plan'), () => HttpResponse.json(plan)),
  http.get(at('/novels/n/plan/branches'), () => HttpResponse.json({ items: [] })),
  http.get(at('/novels/n/entries'), () => HttpResponse.json({ items: [] })),
  http.get(at('/novels/n/tree'), () =>
    HttpResponse.json({
      structure_version: 1,
      novel_revision: 1,
      parts: [{ id: 'p', title: '', chapters }],
    }),
  ),
  http.post(at('/runs/estimate'), () =>
    HttpResponse.json({ basis: 'free', low: 0, high: 0, words: 0 }),
  ),
  http.post(at('/novels/n/runs'), async ({ request }) => {
    started.push(await request.json());
    return HttpResponse.json({ id: 'r1', state: 'running' }, { status: 202 });
  }),
);

beforeEach(() => {
  started = [];
});

const show = (view: 'outline' | 'board', locale: 'en' | 'zh-CN' = 'en') =>
  renderPage(<PlanPage novel="n" language="en" view={view} onView={() => undefined} />, locale);

const ask = async (locale: 'en' | 'zh-CN') => {
  const user = userEvent.setup();
  await renderPage(<FurtherChapters novel="n" language="en" onClose={() => undefined} />, locale);
  return user;
};

test('arcs stand over their chapters in the outline, with span and turning points', async () => {
  await show('outline');
  expect(await screen.findByRole('heading', { name: /The debt\s*chapters 1–2/u })).toBeVisible();
  expect(screen.getByRole('heading', { name: /The storm\s*chapter 3/u })).toBeVisible();
  expect(screen.getByText('Who asks in The storm?')).toBeVisible();
  expect(screen.getAllByText('Turning point: climax')).toHaveLength(1);
  await userEvent.click(screen.getByText('Plan further chapters…'));
  expect(await screen.findByText('How far')).toBeVisible();
}, 20_000);

test('arcs stand over the columns of their chapters on the board', async () => {
  await show('board', 'zh-CN');
  const head = await screen.findByRole('heading', { name: /The debt\s*第 1–2 章/u });
  const band = head.closest('section');
  expect(band).toHaveTextContent('Chapter of 2');
  expect(band).not.toHaveTextContent('Chapter of 3');
}, 20_000);

test('further chapters are asked for as a run, in an arc and with the words of the author', async () => {
  const user = await ask('en');
  const count = await screen.findByLabelText('Chapters');
  await user.clear(count);
  expect(screen.getByRole('button', { name: /^Plan(?! further)/u })).toBeDisabled();
  await user.type(count, '5');
  await user.selectOptions(await screen.findByLabelText('Where'), 'The storm');
  await user.type(screen.getByLabelText('What you want of them'), 'More rain');
  await user.click(screen.getByRole('checkbox', { name: /Show them to me/u }));
  await user.click(screen.getByRole('button', { name: /^Plan(?! further)/u }));
  await waitFor(() =>
    expect(started).toEqual([
      {
        task: 'director.outline',
        input: { chapters: 5, arc: 'a2', instruction: 'More rain' },
        gates: { plan: 'ask' },
      },
    ]),
  );
}, 20_000);

test('on to the end of the book needs no number', async () => {
  const user = await ask('zh-CN');
  await user.click(await screen.findByRole('radio', { name: '一直排到全书结尾' }));
  await user.click(screen.getByRole('button', { name: /^规划(?!后面)/u }));
  await waitFor(() =>
    expect(started).toEqual([
      { task: 'director.outline', input: { until: 'end' }, gates: { plan: 'auto' } },
    ]),
  );
}, 20_000);
