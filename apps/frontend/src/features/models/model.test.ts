import { describe, expect, test } from 'vitest';
import { figuresOf } from './figures';
import { choiceKey, moved, withFurther } from './model';

const large = { endpoint_id: 'a', model: 'large one' };
const small = { endpoint_id: 'b', model: 'small' };

describe('the models of a role', () => {
  test('move a place up and down, and stay where they cannot', () => {
    expect(moved([large, small], 1, -1)).toEqual([small, large]);
    expect(moved([large, small], 0, 1)).toEqual([small, large]);
    expect(moved([large, small], 0, -1)).toEqual([large, small]);
    expect(moved([large, small], 1, 1)).toEqual([large, small]);
  });

  test('a further one is asked last, and none stands there twice', () => {
    expect(withFurther([large], choiceKey(small))).toEqual([large, small]);
    expect(withFurther([large], choiceKey(large))).toEqual([large]);
  });
});

test('figures without words, and values that are none, are not shown', () => {
  const at = '2026-11-22T03:00:00Z';
  const figures = [
    { name: 'rung', value: 'json', at },
    { name: 'tier', value: 'full', at },
    { name: 'handles', value: false, at },
    { name: 'secret', value: 1, at },
    { name: 'usage', value: null, at },
  ];
  expect(figuresOf({ model: 'm', figures }).map(({ name, value }) => [name, value])).toEqual([
    ['tier', 'full'],
    ['rung', 'json'],
    ['handles', false],
  ]);
});
