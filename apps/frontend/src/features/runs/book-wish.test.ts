import { bookWish, chaptersOf, GATE_NAMES, GATES, gatesWish, usualGates } from './book-wish';

test('a number of chapters is whole and between one and a hundred', () => {
  expect(['1', '100', '0', '101', '2.5', '', 'x'].map(chaptersOf)).toEqual([
    1,
    100,
    ...Array<null>(5).fill(null),
  ]);
});

test('so many chapters, to the end of the arc, or to the end of the book', () => {
  expect(bookWish('some', '3')).toEqual({ chapters: 3 });
  expect(bookWish('arc', '')).toEqual({ until: 'arc' });
  expect(bookWish('end', '')).toEqual({ until: 'end' });
  expect(bookWish('some', '0')).toBeNull();
});

test('further drafts and a reading are asked for besides', () => {
  expect(bookWish('some', '2', { drafts: 3, read: true })).toEqual({
    chapters: 2,
    drafts: 3,
    read: true,
  });
  expect(bookWish('end', '', { drafts: 1 })).toEqual({ until: 'end', drafts: 1 });
});

test('every question has a usual answer that can be chosen', () => {
  for (const name of GATE_NAMES)
    expect(GATES[name] as readonly string[]).toContain(usualGates[name].mode);
});

test('a question is told as the run understands it, and an amount must be one', () => {
  const cost = (amount: string) => ({ ...usualGates, spend: { mode: 'cost', amount } as const });
  expect(gatesWish({ ...cost('2.50'), accept: { mode: 'clash', amount: '' } })).toEqual({
    plan: 'auto',
    accept: 'ask_if_contradiction',
    contradiction: 'ask',
    replan: 'auto',
    spend: 'ask_if_cost_over(2.50)',
  });
  for (const none of ['', '0', '-1', 'x', '1.', '1e3']) expect(gatesWish(cost(none))).toBeNull();
});
