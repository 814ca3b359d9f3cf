import { keyOf, rippleGroups, rippleSize, untilCleared, type Ripple } from './ripples';

const empty: Ripple = {
  fact_id: 'f',
  passages: [],
  unread: 0,
  cards: [],
  promises: [],
  beliefs: [],
  disclosures: [],
  summaries: [],
  findings: [],
  rules: [],
  events: [],
};
const passage = (scene: string, grade: 'says' | 'used', quote: string) => ({
  scene_id: scene,
  pid: 'p',
  quote,
  grade,
  version: 1,
});

test('nothing rests on a fact that nobody used', () => {
  expect(rippleGroups(empty)).toEqual([]);
  expect(rippleSize(empty)).toBe(0);
});

test('sentences that say it come before scenes that were written with it, then the plan', () => {
  const ripple = {
    ...empty,
    passages: [passage('s1', 'used', ''), passage('s2', 'says', 'Her eyes were grey.')],
    promises: [{ id: 'p1', text: 'The bell will ring.' }],
    cards: [{ id: 'c1', text: 'The bell', scene_id: 's3' }],
    summaries: [{ id: 'scene:s2', text: 'Grey eyes.' }],
  };
  expect(rippleGroups(ripple).map(([group]) => group)).toEqual([
    'says',
    'used',
    'cards',
    'promises',
    'summaries',
  ]);
  expect(rippleSize(ripple)).toBe(5);
  expect(Object.fromEntries(rippleGroups(ripple)).summaries).toMatchObject([
    { kind: 'summary', id: 'scene:s2', scene: 's2' },
  ]);
});

test('two sentences of one scene are one mark', () => {
  const ripple = { ...empty, passages: [passage('s', 'says', 'a'), passage('s', 'says', 'b')] };
  const [[, list] = ['says', []]] = rippleGroups(ripple);
  expect(new Set(list.map(keyOf)).size).toBe(1);
});

test('what is not marked yet is asked for again, and said not to be cleared in the end', async () => {
  const pause = vi.fn(() => Promise.resolve());
  const never = vi.fn(() => Promise.resolve(0));
  expect(await untilCleared(never, pause, 3)).toBe(false);
  expect(never).toHaveBeenCalledTimes(3);
  expect(pause).toHaveBeenCalledTimes(2);
  const late = vi.fn(() => Promise.resolve(1)).mockResolvedValueOnce(0);
  expect(await untilCleared(late, pause, 3)).toBe(true);
  expect(late).toHaveBeenCalledTimes(2);
});
