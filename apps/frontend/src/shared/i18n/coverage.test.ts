import { describe, expect, test } from 'vitest';

/** What the backend can say by a code or a key must have words here, in both languages. */
const MODULES = import.meta.glob<string>('../../../../backend/src/infinite_scribe/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const CONTRACT = import.meta.glob<string>('../../../../backend/openapi.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const FILES = import.meta.glob<Words>('./locales/*/{errors,runs}.json', {
  import: 'default',
  eager: true,
});
const LOCALES = ['en', 'zh-CN'] as const;

type Words = Record<string, unknown>;

const words = (locale: string, namespace: string): Words =>
  FILES[`./locales/${locale}/${namespace}.json`] ?? {};
const sources = () => Object.values(MODULES);

function lookUp(tree: Words, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, name) => (found as Words | undefined)?.[name], tree);
}

/** The codes that the routes declare, as the descriptions of their answers name them. */
function declaredCodes(): string[] {
  const document = Object.values(CONTRACT).join('');
  const descriptions = [...document.matchAll(/"description": "(`[a-z-]+`(?:, `[a-z-]+`)*)"/gu)];
  return descriptions.flatMap(([, list]) =>
    [...(list ?? '').matchAll(/`([a-z-]+)`/gu)].map((m) => m[1] ?? ''),
  );
}

/** The codes of the error classes: those reach an author through failed runs as well. */
function classCodes(): string[] {
  return sources().flatMap((source) =>
    [...source.matchAll(/^class \w+Error\(.*\):\n(?:.*\n){1,12}?\s+code = "([a-z-]+)"/gmu)].map(
      (match) => match[1] ?? '',
    ),
  );
}

function keysOf(pattern: RegExp): string[] {
  return sources().flatMap((source) =>
    [...source.matchAll(pattern)].map((match) => match[1] ?? ''),
  );
}

describe.each(LOCALES)('%s', (locale) => {
  test('has a sentence for each problem code', () => {
    const codes = [...new Set([...declaredCodes(), ...classCodes()])];
    expect(codes.length).toBeGreaterThan(60);
    const errors = words(locale, 'errors').code as Words;
    expect(codes.filter((code) => typeof errors[code] !== 'string')).toEqual([]);
  });

  test('names every step and every goal', () => {
    const keys = [...new Set(keysOf(/"runs\.((?:step|goal)\.\w+)"/gu))];
    const stages = ['theme', 'world', 'characters', 'plot'].map((stage) => `step.${stage}`);
    expect(keys.length).toBeGreaterThan(15);
    const runs = words(locale, 'runs');
    expect([...keys, ...stages].filter((key) => typeof lookUp(runs, key) !== 'string')).toEqual([]);
  });
});
