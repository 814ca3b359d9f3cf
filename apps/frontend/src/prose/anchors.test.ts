import { behindBlock, sceneById } from './anchors';
import { scene, stateOf } from './testing';

const { doc } = stateOf([scene('s1', ['a', 'One.']), scene('s2', ['b', 'Two.'], ['c', 'Three.'])]);

test('the place behind a block lies before the next one, and at the end of its scene behind the last', () => {
  const found = sceneById(doc, 's2');
  if (!found) throw new Error('the scene is there');
  const behind = behindBlock(found, 'b');
  expect(doc.resolve(Number(behind)).nodeAfter?.attrs.pid).toBe('c');
  expect(behindBlock(found, 'c')).toBe(found.at + found.node.nodeSize - 1);
  expect(behindBlock(found, 'a')).toBeUndefined();
});
