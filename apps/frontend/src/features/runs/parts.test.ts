import { bySlot, lineOf, slotOf, type Part } from './parts';

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
