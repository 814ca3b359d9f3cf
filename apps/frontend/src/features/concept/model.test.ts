import {
  canCompare,
  canMerge,
  isFull,
  nextStage,
  optionIndex,
  optionOfKey,
  optionsInPlay,
  sourcesOf,
} from './model';
import type { GenesisRead, OptionRead, Round } from './types';

const option = (id: string) => ({ id, handle: `H${id}`, title: `Title ${id}` }) as OptionRead;
const round = (given: Partial<Round>) => ({ status: 'answered', output: null, ...given }) as Round;
const genesis = (...statuses: string[]) =>
  ({
    stages: ['seed', 'theme', 'world', 'characters', 'plot', 'details'].map((stage, index) => ({
      stage,
      status: statuses[index] ?? 'empty',
    })),
  }) as unknown as GenesisRead;

test('an author goes on with the first stage that is not locked', () => {
  expect(nextStage(undefined)).toBe('seed');
  expect(nextStage(genesis())).toBe('seed');
  expect(nextStage(genesis('locked', 'stale'))).toBe('theme');
  expect(nextStage(genesis(...Array<string>(6).fill('locked')))).toBe('details');
});

test('one message is answered and one waits; a third has no room', () => {
  const answering = round({ status: 'answering' });
  expect(isFull([round({}), answering])).toBe(false);
  expect(isFull([answering, round({ status: 'queued' })])).toBe(true);
  expect(isFull([round({ status: 'failed' }), round({ status: 'cancelled' })])).toBe(false);
});

test('the number keys name the options of the last answer that has any', () => {
  const rounds = [
    round({ output: { options: [option('a')] } }),
    round({ output: { options: [option('b'), option('c')] } }),
    round({ output: { text: 'Only words.' } }),
  ];
  const inPlay = optionsInPlay(rounds);
  expect(optionOfKey('2', inPlay)?.id).toBe('c');
  expect(optionOfKey('3', inPlay)).toBeUndefined();
  expect(optionOfKey('m', inPlay)).toBeUndefined();
  expect(optionIndex(rounds).get('Ha')?.id).toBe('a');
});

test('two or three merge, two to four compare', () => {
  expect([1, 2, 3, 4].map(canMerge)).toEqual([false, true, true, false]);
  expect([1, 2, 4, 5].map(canCompare)).toEqual([false, true, true, false]);
});

test('a field names each of its sources once, those of its parts included', () => {
  const fields = {
    places: { by: 'worldsmith', call_id: 'c' },
    'places.0': { by: 'worldsmith', call_id: 'c' },
    'places.1.line': { by: 'author' },
    placeses: { by: 'quick_start' },
  } as const;
  expect(sourcesOf(fields, 'places').map((source) => source.by)).toEqual(['worldsmith', 'author']);
  expect(sourcesOf({ names: { by: 'worldsmith' } }, 'names.people')).toHaveLength(1);
});
