import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http, problem } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { useToasts } from '@/shared/ui/toast';
import { LibraryPage } from './page';

const book = (id: string, title: string, more: Record<string, unknown> = {}) => ({
  id,
  title,
  idea: '',
  language: 'en',
  words: 1412,
  revision: 1,
  place: null,
  live_run: null,
  created_at: '2026-11-20T10:00:00Z',
  updated_at: '2026-11-20T10:00:00Z',
  deleted_at: null,
  ...more,
});

let deleted: string[] = [];
let restored: string[] = [];
const gateway = fakeGateway(
  http.get(at('/novels'), () =>
    HttpResponse.json({
      items: [
        book('b1', 'The Drowned King', {
          live_run: { id: 'r', agent: 'writer', state: 'running' },
        }),
        book('b2', '雪夜审判', { language: 'zh' }),
      ].filter(({ id }) => !deleted.includes(id) || restored.includes(id)),
      next: null,
    }),
  ),
  http.delete(at('/novels/:id'), ({ params }) => {
    deleted.push(String(params.id));
    return new HttpResponse(null, { status: 204 });
  }),
  http.post(at('/novels/:id/restore'), ({ params }) => {
    restored.push(String(params.id));
    return HttpResponse.json(book(String(params.id), 'The Drowned King'));
  }),
);
beforeEach(() => {
  deleted = [];
  restored = [];
  useToasts.setState({ wanted: [] });
});

test('a book shows its words and who is working on it', async () => {
  await renderPage(<LibraryPage view="shelf" />);
  const link = await screen.findByRole('link', { name: /The Drowned King.*1,412 words/u });
  expect(link).toHaveAccessibleName(/Writer is working/u);
});

test('a book goes to the trash and comes back by undo', async () => {
  const user = userEvent.setup();
  await renderPage(<LibraryPage view="shelf" />);
  await user.click(await screen.findByRole('button', { name: /More about “The Drowned King”/u }));
  await user.click(await screen.findByRole('menuitem', { name: 'Move to the trash' }));
  await waitFor(() =>
    expect(screen.queryByRole('link', { name: /The Drowned King/u })).not.toBeInTheDocument(),
  );
  expect(deleted).toEqual(['b1']);
  const [line] = useToasts.getState().wanted;
  expect(line?.text).toContain('The Drowned King');
  line?.action?.run();
  expect(await screen.findByRole('link', { name: /The Drowned King/u })).toBeInTheDocument();
});

test('an empty shelf says what to do first', async () => {
  gateway.use(http.get(at('/novels'), () => HttpResponse.json({ items: [], next: null })));
  await renderPage(<LibraryPage view="shelf" />);
  expect(await screen.findByRole('link', { name: 'Start a story' })).toHaveAttribute(
    'href',
    '/new',
  );
});

test('a failed shelf says first that the books are untouched', async () => {
  gateway.use(http.get(at('/novels'), () => problem(503, 'busy', { kind: 'UNAVAILABLE' })));
  await renderPage(<LibraryPage view="shelf" />, 'zh-CN');
  expect(await screen.findByRole('alert')).toHaveTextContent(/^书架没能取到。你的书没有变动。/u);
});
