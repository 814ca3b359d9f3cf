import { pressed } from './commands';

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, ctrlKey: true, ...more });

test('a combination is pressed with its last key, never by its modifiers alone', () => {
  expect(pressed(press('F', { shiftKey: true }), 'mod+shift+f')).toBe(true);
  expect(pressed(press('Shift', { shiftKey: true }), 'mod+shift+f')).toBe(false);
  expect(pressed(press('>', { shiftKey: true }), 'mod+shift+f')).toBe(false);
  expect(pressed(press('f'), 'mod+shift+f')).toBe(false);
  expect(pressed(press('k'), 'mod+k')).toBe(true);
});
