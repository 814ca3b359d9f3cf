import type { PlanRead } from '@/shared/api/types';
import { counts, fixesOf, issuesAt, issuesElsewhere, unjudged, whyOf, type Issue } from './lint';

const issue = (kind: string, id: string, more: Partial<Issue> = {}): Issue => ({
  code: 'P-PLANT',
  level: 'error',
  where: { kind, id, title: id },
  why: { en: 'Never planted.', zh: '从未埋下。' },
  fields: [],
  fixes: [],
  ...more,
});
const plan = {
  chapters: [{ id: 'c' }],
  cards: [{ scene_id: 's' }],
  lint: [issue('card', 's'), issue('chapter', 'c', { level: 'warning' }), issue('promise', 'p')],
  not_evaluated: [
    { code: 'P-TWO', reason: 'scene-has-no-date', count: 4 },
    { code: 'P-TRAVEL', reason: 'scene-has-no-date', count: 4 },
  ],
} as unknown as PlanRead;

test('an issue stands where it is about; what has no place on the page stands above', () => {
  expect(issuesAt(plan, 'card', 's')).toHaveLength(1);
  expect(issuesAt(plan, 'chapter', 's')).toHaveLength(0);
  expect(issuesElsewhere(plan).map(({ where }) => where.id)).toEqual(['p']);
  expect(counts(plan)).toEqual({ errors: 2, warnings: 1 });
  expect(unjudged(plan)).toEqual(['scene-has-no-date']);
});

test('a repair without words is not offered; reasons are told in the language of the page', () => {
  const found = issue('card', 's', {
    fixes: [
      { op: 'link', kind: 'promise', label: 'add_plant' },
      { op: 'update', kind: 'card', label: 'something_new' },
    ],
  });
  expect(fixesOf(found).map(({ name }) => name)).toEqual(['add_plant']);
  expect(whyOf(found, 'zh-CN')).toBe('从未埋下。');
  expect(whyOf(found, 'en')).toBe('Never planted.');
});
