import { inOrder, sceneOf, step, type Tick } from './moments';

const tick = (scene: string, chapter: number, at: number | null): Tick => ({
  scene,
  title: scene,
  chapter,
  number: 1,
  at,
});
const TOLD = [tick('a', 1, 100), tick('b', 1, 200), tick('flashback', 2, 50), tick('c', 2, null)];
const names = (ticks: readonly Tick[]) => ticks.map((one) => one.scene).join(' ');

test('a flashback stands earlier by the story clock than in reading order', () => {
  expect(names(inOrder(TOLD, 'reading'))).toBe('a b flashback c');
  expect(names(inOrder(TOLD, 'story'))).toBe('flashback c a b');
});

test('PageUp and PageDown go by chapter and stop at the ends', () => {
  expect(step(TOLD, 0, 'PageUp')).toBe(2);
  expect(step(TOLD, 2, 'PageUp')).toBe(4);
  expect(step(TOLD, 4, 'PageDown')).toBe(2);
  expect(step(TOLD, 3, 'PageDown')).toBe(2);
  expect(step(TOLD, 2, 'PageDown')).toBe(0);
  expect(step(TOLD, 0, 'PageDown')).toBe(0);
  expect(step(TOLD, 1, 'x')).toBeNull();
});

test('only a scene is taken from the address', () => {
  expect(sceneOf('scene:01a1fea7-f039-724a')).toBe('01a1fea7-f039-724a');
  expect(sceneOf('end')).toBeNull();
  expect(sceneOf('scene:<b>')).toBeNull();
});
