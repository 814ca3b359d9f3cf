import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, at, fakeGateway, http, problem } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import { useToasts } from '@/shared/ui/toast';
import { useTyped } from '../hooks/use-typed';
import { usePick } from '../queries';
import type { StageRead, Value } from '../types';
import { SheetField } from './sheet-field';

let sent: Record<string, unknown>[] = [];
let changed = false;
fakeGateway(
  http.post(at('/novels/n/genesis/characters/:action'), async ({ request, params }) => {
    sent.push({ action: params['action'], ...((await request.json()) as object) });
    if (changed) return problem(409, 'draft-changed', { kind: 'CONFLICT' });
    return HttpResponse.json({ replaced: 7 });
  }),
);

beforeEach(() => {
  sent = [];
  changed = false;
  localStorage.clear();
  useToasts.setState({ wanted: [] });
});

const stage = (cast: Value): StageRead => ({
  stage: 'characters',
  status: 'sketched',
  draft: { cast },
  missing_minimum: [],
  missing_full: [],
  stale_because: null,
  picked_by: 'author',
  may_generate: true,
  blocked_by: [],
  fields: {},
  busy: null,
});

const field = (cast: Value) => (
  <SheetField
    novel="n"
    language="en"
    stage={stage(cast)}
    name="cast"
    shape={{ kind: 'items', parts: { name: { kind: 'text' }, want: { kind: 'text' } } }}
    titleOf={(handle) => handle}
    receipt={() => null}
  />
);

const ADA = { name: 'Ada', want: 'bread' };
const BO = { name: 'Bo', want: 'rest' };

test('a thing is saved and removed with what it was based on, and a refusal loses nothing typed', async () => {
  changed = true;
  await renderPage(field([ADA, BO]));
  fireEvent.click(await screen.findByLabelText(/Bo/u));
  fireEvent.change(screen.getByDisplayValue('rest'), { target: { value: 'rest at last' } });
  fireEvent.click(screen.getByText('Save'));
  expect(await screen.findByText(/This was changed meanwhile/u)).toBeVisible();
  expect(screen.getByDisplayValue('rest at last')).toBeVisible();
  fireEvent.click(screen.getByText('Remove'));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent).toEqual([
    { action: 'edit', path: 'cast.1', value: { ...BO, want: 'rest at last' }, base: BO },
    { action: 'edit', path: 'cast', value: [ADA], base: [ADA, BO] },
  ]);
});

function Take() {
  const pick = usePick('n', 'characters');
  return <button onClick={() => pick.mutate('o1')}>take</button>;
}

test('what an option replaced can be had back', async () => {
  await renderPage(<Take />);
  await userEvent.click(await screen.findByText('take'));
  await waitFor(() => expect(useToasts.getState().wanted).toHaveLength(1));
  const [line] = useToasts.getState().wanted;
  expect(line?.action?.label).toBe('Undo');
  line?.action?.run();
  await waitFor(() => expect(sent.at(-1)).toEqual({ action: 'restore', revision: 7 }));
});

function Typing() {
  const [text, change, done] = useTyped('n', 'seed');
  return (
    <>
      <textarea
        aria-label="message"
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      <button onClick={() => done('Who pays?')}>sent</button>
    </>
  );
}

test('what is typed while a message is on its way stays', async () => {
  await renderPage(<Typing />);
  const message = await screen.findByLabelText('message');
  fireEvent.change(message, { target: { value: 'Who pays? And when?' } });
  await userEvent.click(screen.getByText('sent'));
  expect(message).toHaveValue('And when?');
  fireEvent.change(message, { target: { value: 'Something else.' } });
  await userEvent.click(screen.getByText('sent'));
  expect(message).toHaveValue('Something else.');
});
