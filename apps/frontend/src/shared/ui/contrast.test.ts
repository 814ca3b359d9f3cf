import css from './tokens.css?raw';

/** Every text and control colour on every ground, in every theme, computed from tokens.css. */
type Oklch = [lightness: number, chroma: number, hue: number];

function block(selector: string): Map<string, Oklch> {
  const start = css.indexOf(`${selector} {`);
  const text = css.slice(start, css.indexOf('}', start));
  const found = new Map<string, Oklch>();
  for (const [, name, l, c, h] of text.matchAll(
    /--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/gu,
  )) {
    found.set(name ?? '', [Number(l), Number(c), Number(h)]);
  }
  return found;
}

function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Oklch, other: Oklch): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const grounds = ['paper', 'chrome', 'raised'];
const pairs: [ink: string, ground: string, least: number][] = [
  ...grounds.flatMap((ground): [string, string, number][] => [
    ['ink', ground, 7],
    ['ink-2', ground, 4.5],
    ['ink-3', ground, 4.5],
    ['agent', ground, 4.5],
    ['ins', ground, 4.5],
    ['del', ground, 4.5],
    ['doubt', ground, 4.5],
    ['line-2', ground, 3],
  ]),
  ...['agent', 'ins', 'del', 'doubt'].flatMap((hue): [string, string, number][] => [
    [hue, `${hue}-wash`, 4.5],
    ['ink', `${hue}-wash`, 4.5],
  ]),
  ['ink', 'select', 4.5],
];

const light = block(':root');

describe.each(['light', 'sepia', 'dark', 'night', 'contrast'])('%s', (theme) => {
  const own = theme === 'light' ? light : block(`[data-theme='${theme}']`);
  const colours = new Map([...light, ...own]);
  test.each(pairs)('%s on %s is at least %d', (ink, ground, least) => {
    const one = colours.get(ink);
    const other = colours.get(ground);
    if (!one || !other) throw new Error(`no token ${ink} or ${ground}`);
    expect(contrast(one, other)).toBeGreaterThanOrEqual(least);
  });
});
