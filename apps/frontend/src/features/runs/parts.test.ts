import { quoteOf, bySlot, lineOf, slotOf, type Part } from './parts';

const PROMPT = [
  '## Rules of this world',
  '- R1 No household keeps two storms. (a name)',
  '## People and places',
  '- C1 Yasmeen (protagonist): She sells storms.',
  '## On stage',
  '### C1 Yasmeen (viewpoint)',
  'She sells storms.',
  '## Facts now',
  '- F1 [C1 attitude_to] Yasmeen needs Tariq',
  '- F11 [C1 attitude_to] Another',
  '## Beats',
  '### B1 (reveal) C1',
  'She counts the storms.',
  '- change: time',
].join('\n');

test('a slot is known by its name and by its number', () => {
  expect(slotOf('book')).toBe('book');
  expect(slotOf('3')).toBe('book');
  expect(slotOf('12')).toBe('card');
  expect(slotOf('99')).toBeNull();
});

test('a short name is told by its line of the prompt', () => {
  const line = (item: string, slot: string) => lineOf(PROMPT, { item, slot });
  expect(line('R1', '3')).toBe('No household keeps two storms. (a name)');
  expect(line('C1', '3')).toBe('Yasmeen (protagonist): She sells storms.');
  expect(line('C1', 'cast')).toBe('Yasmeen');
  expect(line('F1', '8')).toBe('Yasmeen needs Tariq');
  expect(line('B1', '12')).toBe('She counts the storms.');
  expect(line('house', '1')).toBeNull();
  expect(line('R9', '3')).toBeNull();
});

test('parts are grouped by slot, and only what was sent is counted', () => {
  const part = (slot: string, tokens: number, kept: boolean) => ({ slot, tokens, kept }) as Part;
  expect(bySlot([part('3', 5, true), part('8', 7, true), part('3', 9, false)])).toMatchObject([
    { slot: 'book', tokens: 5, parts: [{}, {}] },
    { slot: 'cast', tokens: 7 },
  ]);
});

test('a part that quotes the book is told by how it begins', () => {
  const part = (kind: string, text: string | null) =>
    ({ kind, text, slot: '6', item: kind, tokens: 1, reason: 'tail', kept: true }) as never;
  expect(quoteOf(part('text', '<<<ab12 MATERIAL\n[1.2 · Salt]\n She waits.\nab12>>>'))).toBe(
    'She waits.',
  );
  expect(quoteOf(part('passage', 'a'.repeat(120)))).toHaveLength(91);
  expect(quoteOf(part('rule', 'A law.'))).toBeNull();
  expect(quoteOf(part('text', null))).toBeNull();
});
