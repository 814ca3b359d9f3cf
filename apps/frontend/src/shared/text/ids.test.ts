import { newId } from './ids';

test('ids are version 7, unique and rise with time', () => {
  const early = newId(1_000_000_000_000);
  const late = newId(1_000_000_000_001);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(early < late).toBe(true);
  expect(new Set(Array.from({ length: 500 }, () => newId(5))).size).toBe(500);
});
