import { scene, stateOf } from '@/prose/testing';
import { placeAt, positionOf, positionOfBlock } from './caret';

const { doc } = stateOf([
  scene('s1', ['a', 'One.'], ['b', 'Two 𠮷 three.']),
  scene('s2', ['c', 'Four.']),
]);

test('every place of the text is found again', () => {
  for (let position = 0; position <= doc.content.size; position += 1) {
    const place = placeAt(doc, position);
    if (place) expect(positionOf(doc, place)).toBe(position);
  }
  expect(placeAt(doc, 2)).toEqual({ scene_id: 's1', pid: 'a', off: 0 });
});

test('a block that went gives the start of its scene, one that shrank its end', () => {
  const start = positionOf(doc, { scene_id: 's2', pid: 'c', off: 0 });
  expect(positionOf(doc, { scene_id: 's2', pid: 'gone', off: 9 })).toBe(start);
  expect(positionOf(doc, { scene_id: 's2', pid: 'c', off: 99 })).toBe(Number(start) + 5);
});

test('a place in another chapter is none here', () => {
  expect(positionOf(doc, { scene_id: 'elsewhere', pid: 'a', off: 0 })).toBeNull();
});

test('a block is found in whichever scene it stands', () => {
  expect(positionOfBlock(doc, 'c')).toBe(positionOf(doc, { scene_id: 's2', pid: 'c', off: 0 }));
  expect(positionOfBlock(doc, 'gone')).toBeNull();
});
