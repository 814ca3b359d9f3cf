import { EMPTY_STREAM, paragraphsOf, receive, rewind } from './stream-text';

test('beat markers, also one that is still arriving, never reach the page', () => {
  const whole = '[[B1]]\nOne.\n\n[[B2]]\n\nTwo.\n\n[[B12]]\nThree.';
  for (let end = 0; end <= whole.length; end += 1) {
    expect(paragraphsOf(whole.slice(0, end)).join('\n')).not.toMatch(/[[\]]|B\d/u);
  }
  expect(paragraphsOf(whole)).toEqual(['One.', 'Two.', 'Three.']);
});

test('a piece that comes twice changes nothing, one after a gap is not taken, a rewind cuts', () => {
  const first = receive(EMPTY_STREAM, 0, 'The bell ');
  const second = receive(first, 9, 'rang.');
  expect(receive(second, 9, 'rang.')).toBe(second);
  expect(receive(first, 12, 'late')).toBe(first);
  expect(receive(rewind(second, 9), 9, 'fell.').text).toBe('The bell fell.');
});
