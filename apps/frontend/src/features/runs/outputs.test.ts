import { outputsOf } from './outputs';
import { outcomeOf } from './changes';

const fault = (round: number, index: number, rule: string) => ({
  kind: 'finding' as const,
  index: round * 100 + index,
  value: { rule, severity: 'error', where: 'Dawn', why: { en: `${rule} is wrong.` }, round },
});
const fates = (outputs: ReturnType<typeof fault>[]) =>
  outputsOf({ outputs }).faults.map(({ rule, fate }) => `${rule} ${fate}`);

test('a fault that a round of repair ended is told as repaired, once', () => {
  expect(fates([fault(0, 0, 'P-CAST'), fault(0, 1, 'P-DEAD'), fault(1, 0, 'P-DEAD')])).toEqual([
    'P-CAST repaired',
    'P-DEAD repaired',
  ]);
});

test('what no round ended stands; of two plans the one with fewer faults was taken', () => {
  const rounds = [
    fault(0, 0, 'P-CAST'),
    fault(1, 0, 'P-DEAD'),
    fault(2, 0, 'P-DEAD'),
    fault(2, 1, 'P-CAST'),
  ];
  expect(fates(rounds)).toEqual(['P-CAST repaired', 'P-DEAD stands']);
});

test('what the whole book has and what was not changed say so', () => {
  const value = { rule: 'P-PAY', why: { en: 'Late.' } };
  const outputs = [
    { kind: 'finding' as const, index: 900, value },
    { kind: 'finding' as const, index: 901, value: { ...value, rule: 'P-END', scope: 'replan' } },
    { kind: 'finding' as const, index: 902, value: { nothing: true } },
  ];
  expect(outputsOf({ outputs }).faults.map(({ fate }) => fate)).toEqual(['stands', 'refused']);
});

test('chapters that were planned ahead are told in their order', () => {
  const line = (number: number) => ({
    kind: 'outline_line' as const,
    index: number - 1,
    value: { number, title: `Ice ${String(number)}`, one_line: 'The lake closes.' },
  });
  const { chapters } = outputsOf({ outputs: [line(8), line(7)] });
  expect(chapters.map(({ title }) => title)).toEqual(['Ice 7', 'Ice 8']);
});

test('of a book, what each chapter changed and left is told', () => {
  const change = {
    kind: 'chapter',
    number: 3,
    title: 'Ice',
    field: 'purpose',
    before: 'A',
    after: 'B',
  };
  const result = {
    stopped: 'spend',
    chapters: [
      {
        scenes: [
          { scene: 's1', left: 'I won’t' },
          { scene: 's2', left: null },
        ],
        replanned: null,
      },
      { scenes: null, replanned: { applied: [change], refused: [{ why: 'locked', change }] } },
    ],
  };
  const found = outcomeOf(result);
  expect(found.stopped).toBe('spend');
  expect(found.left).toEqual([{ scene: 's1', why: 'I won’t' }]);
  expect(found.applied).toHaveLength(1);
  expect(found.refused.map(({ why }) => why)).toEqual(['locked']);
  expect(outcomeOf(null)).toEqual({ stopped: null, applied: [], refused: [], left: [] });
});
