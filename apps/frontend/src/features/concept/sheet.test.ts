import { fieldOf, fieldsOf, isEmpty, listOf, nameOf, shapeOf, typedOf, valueAt } from './sheet';

test('a gap leads to the field of the sheet that it is about', () => {
  expect(fieldOf('characters', 'cast[full]')).toBe('cast');
  expect(fieldOf('characters', 'protagonist[need]')).toBe('cast');
  expect(fieldOf('seed', 'protagonist')).toBe('protagonist');
  expect(fieldOf('world', 'dimensions.culture')).toBe('dimensions.culture');
  expect(fieldOf('world', 'places.2.line')).toBe('places');
  expect(fieldOf('seed', 'path.twist')).toBe('path');
});

test('what the sheet does not describe stands after what it does', () => {
  const fields = fieldsOf('theme', { statement: 'a', extra: ['b'], tension: { a: 'x' } });
  const names = fields.map(([name]) => name);
  expect(names.slice(0, 2)).toEqual(['statement', 'question']);
  expect(names.at(-1)).toBe('extra');
  expect(names.filter((name) => name.startsWith('tension'))).toEqual(['tension']);
  // Parts with a path of their own are not shown a second time as a whole.
  expect(fieldsOf('world', { dimensions: {} }).map(([name]) => name)).not.toContain('dimensions');
});

test('a value is read by its path and shaped by what it is', () => {
  const draft = { cast: [{ name: 'Mara', want: 'sleep' }], names: { people: ['Ann'] } };
  expect(valueAt(draft, 'cast.0.want')).toBe('sleep');
  expect(valueAt(draft, 'names.people')).toEqual(['Ann']);
  expect(valueAt(draft, 'cast.4.want')).toBeUndefined();
  expect(shapeOf(draft.cast)).toMatchObject({ kind: 'items', parts: { want: { kind: 'text' } } });
  expect(shapeOf(['a'])).toEqual({ kind: 'lines' });
});

test('lines and paragraphs are cut where the author ended them', () => {
  expect(listOf('fear\n\n wonder \n', '\n')).toEqual(['fear', 'wonder']);
  expect(listOf('One.\nStill one.\n\nTwo.', '\n\n')).toEqual(['One.\nStill one.', 'Two.']);
  expect(typedOf(['a', 'b'])).toBe('a\nb');
});

test('nothing said is empty at any depth; a nought is something', () => {
  expect(isEmpty({ a: '', b: [] })).toBe(true);
  expect(isEmpty([{ strength: 0 }])).toBe(false);
  expect(nameOf({ a: 'Mara', b: 'Ivo', label: '' })).toBe('Mara – Ivo');
});
