import { configure, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { CodexEntry } from '@/shared/api/types';
import { HttpResponse, at, fakeGateway, http } from '@/shared/testing/gateway';
import { renderPage } from '@/shared/testing/render';
import type { SceneCard } from '../model';
import { CardForm } from './card-form';

configure({ asyncUtilTimeout: 10_000 });
let saved: unknown = null;
fakeGateway(
  http.patch(at('/scenes/s/card'), async ({ request }) => {
    saved = await request.json();
    return HttpResponse.json({});
  }),
);
const card = {
  id: 'k', scene_id: 's', summary: 'S', goal: 'G', conflict: 'C', turn: 'T', outcome: 'yes', pov_id: 'a',
  place_id: null, word_budget: 900, cast: [{ entity: 'a', enters: 'late' }], notes: '', entry: [], exit: [],
  must_include: [{ fact: 'f1' }, { text: 'the bill', promise: 'p1' }, { text: 'rain' }], must_not_reveal: [],
  opening_type: null, closing_type: 'quiet', locked: false, locked_fields: [], promises: [], flags: [],
} as unknown as SceneCard; // prettier-ignore
const entries = [
  { id: 'a', kind: 'character', name: 'Ines' },
  { id: 'b', kind: 'character', name: 'Tomas' },
] as unknown as readonly CodexEntry[];

test('cast, asks, frame and locks are edited, and what hangs on a line is kept', async () => {
  const user = userEvent.setup();
  await renderPage(
    <CardForm novel="n" language="en" card={card} entries={entries} onClose={() => undefined} />,
  );
  for (const fold of [
    /^What must and must not/u,
    /^On stage/u,
    /^How it begins/u,
    /^Agents leave/u,
  ])
    await user.click(await screen.findByText(fold));
  const must = screen.getByLabelText(/^Must include/u);
  expect(must).toHaveValue('the bill\nrain');
  await user.clear(must);
  await user.type(must, 'the bill{enter}a gull');
  await user.click(screen.getByRole('checkbox', { name: 'Tomas' }));
  await user.selectOptions(screen.getByLabelText('Opens with'), 'weather');
  await user.click(screen.getByRole('checkbox', { name: 'Goal' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(
    () =>
    expect(saved).toEqual({
      summary: 'S', goal: 'G', conflict: 'C', turn: 'T', outcome: 'yes', pov_id: 'a', word_budget: 900,
      cast: [{ entity: 'a', enters: 'late' }, { entity: 'b' }],
      must_include: [{ fact: 'f1' }, { text: 'the bill', promise: 'p1' }, { text: 'a gull' }],
      opening_type: 'weather', locked_fields: ['goal'],
    }), // prettier-ignore
  );
});
