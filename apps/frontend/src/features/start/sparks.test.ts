import { sparkSet, surprise } from './sparks';

describe.each(['en', 'zh'] as const)('%s', (language) => {
  test('three sets of six are all different and written in the language', () => {
    const ideas = [0, 1, 2].flatMap((set) => sparkSet(language, set).map((spark) => spark.idea));
    expect(new Set(ideas).size).toBe(18);
    for (const idea of ideas) expect(/\p{Script=Han}/u.test(idea)).toBe(language === 'zh');
  });

  test('a surprise is never the idea that stands there already', () => {
    const current = sparkSet(language, 0)[0]?.idea ?? '';
    for (let share = 0; share < 1; share += 0.02) {
      expect(surprise(language, current, () => share)).not.toBe(current);
    }
  });
});
