import { byScene, reasonKey, sideOf, whyOf, type Finding, type Stop } from './findings';

const stop = (scene: string, number: number): Stop => ({ scene, number, title: 't', words: 1 });
const finding = (id: string, scene: string | null) => ({ id, scene_id: scene }) as Finding;

test('a side is a sentence of the text or a fact of the world', () => {
  expect(sideOf({ scene: 's', pid: 'p', quote: 'grey' })).toEqual({
    quote: 'grey',
    scene: 's',
    pid: 'p',
    fact: null,
  });
  expect(sideOf({ kind: 'assertion', id: 'f', quote: 'green' })).toMatchObject({
    fact: 'f',
    scene: null,
  });
  expect(sideOf({ kind: 'text', id: 'x', quote: 'q' }).fact).toBeNull();
});

test('why is said in the language of the interface', () => {
  const why = { en: 'She is dead.', zh: '她死了。' };
  expect(whyOf(why, 'zh-CN')).toBe('她死了。');
  expect(whyOf(why, 'en')).toBe('She is dead.');
  expect(whyOf({ en: 'Only' }, 'zh-CN')).toBe('Only');
});

test('all modes of telling share their words', () => {
  expect(reasonKey('mode_dream')).toBe('mode');
  expect(reasonKey('no_facts')).toBe('no_facts');
});

test('findings stand in reading order, those of no known scene last', () => {
  const groups = byScene(
    [finding('c', null), finding('b', 's2'), finding('a', 's1'), finding('d', 'gone')],
    [stop('s1', 1), stop('s2', 2)],
  );
  expect(groups.map((group) => group.findings.map((one) => one.id))).toEqual([
    ['a'],
    ['b'],
    ['c', 'd'],
  ]);
});
