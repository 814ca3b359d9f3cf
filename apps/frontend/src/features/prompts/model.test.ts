import { expect, test } from 'vitest';
import { byAgent, misfitOf, segmentsOf, withVariable } from './model';
import type { PromptBrief } from './types';

test('a wording is parted into words and variables', () => {
  expect(segmentsOf('{{a}}, {{ 二 }}{{b')).toEqual([
    { text: '{{a}}', variable: 'a' },
    { text: ', ', variable: null },
    { text: '{{ 二 }}', variable: '二' },
    { text: '{{b', variable: null },
  ]);
  expect(segmentsOf('')).toEqual([]);
});

test('variables that are unknown or missing are named', () => {
  const wanted = ['briefing', 'words'];
  expect(misfitOf(wanted, { system: '{{mood}}', task: '{{briefing}} {{}}' })).toEqual({
    unknown: ['', 'mood'],
    missing: ['words'],
  });
  expect(misfitOf(wanted, { system: '', task: '{{words}}{{ briefing }}' })).toEqual({
    unknown: [],
    missing: [],
  });
});

test('a variable stands where the caret was', () => {
  expect(withVariable('In  words', 'words', 3, 3)).toEqual({
    text: 'In {{words}} words',
    caret: 12,
  });
  expect(withVariable('ab', 'x', 0, 2)).toEqual({ text: '{{x}}', caret: 5 });
});

test('agents stand in the order of the work, unknown ones last', () => {
  const brief = (agent: string) => ({ agent }) as PromptBrief;
  const groups = byAgent(['zeta', 'writer', 'worldsmith', 'writer'].map(brief));
  expect(groups.map((one) => [one.agent, one.prompts.length])).toEqual([
    ['worldsmith', 1],
    ['writer', 2],
    ['zeta', 1],
  ]);
});
