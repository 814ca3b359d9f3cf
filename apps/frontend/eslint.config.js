import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const here = fileURLToPath(new URL('.', import.meta.url));
const folders = (path) =>
  readdirSync(new URL(path, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const above = {
  './src/shared': ['./src/prose', './src/features', './src/app', './src/routes', './src/gallery'],
  './src/prose': ['./src/features', './src/app', './src/routes', './src/gallery'],
  './src/features': ['./src/app', './src/routes', './src/gallery'],
  './src/app': ['./src/routes', './src/gallery'],
};
const zones = Object.entries(above).map(([target, from]) => ({ target, from }));
for (const feature of folders('./src/features/')) {
  zones.push({
    target: `./src/features/${feature}`,
    from: './src/features',
    except: [`./${feature}`],
    message: 'Features never import each other; app and routes compose them.',
  });
}

const syntax = [
  {
    selector: 'JSXText[value=/\\p{L}/u]',
    message: 'Text on screen comes from the locale files.',
  },
  {
    selector:
      'JSXAttribute[name.name=/^(aria-label|aria-description|title|placeholder|alt|label)$/] > Literal[value=/\\p{L}/u]',
    message: 'Text on screen comes from the locale files.',
  },
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: 'Model output and imports are never HTML.',
  },
  {
    selector:
      'AssignmentExpression > MemberExpression.left[property.name=/^(innerHTML|outerHTML)$/]',
    message: 'Model output and imports are never HTML.',
  },
  {
    selector:
      "JSXAttribute[name.name='className'] Literal[value=/(^|\\s|:)-?(ml|mr|pl|pr|left|right|border-l|border-r|rounded-l|rounded-r|text-left|text-right)(-|\\s|$)/]",
    message: 'Use logical properties (ms, me, ps, pe, start, end).',
  },
];
const plainHttp = {
  selector:
    "MemberExpression[object.name='crypto'][property.name=/^(randomUUID|subtle)$/], MemberExpression[object.name='navigator'][property.name=/^(clipboard|locks|serviceWorker|storage)$/]",
  message: 'Missing over plain http: use the fallback in shared/.',
};

export default tseslint.config(
  { ignores: ['dist', 'src/routeTree.gen.ts', 'src/shared/api/generated', 'test-results'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX, 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js', '.json'],
          alias: { '@': [`${here}src`] },
        }),
      ],
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.strict.rules,
      // The initial caret of a one-field page is part of the design of the first run.
      'jsx-a11y/no-autofocus': 'off',
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...syntax],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'zod', message: 'Import from zod/mini.' },
            { name: '@tiptap/react', importNames: ['ReactNodeViewRenderer'] },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: here, zones }],
      'import-x/no-cycle': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'import-x/no-default-export': 'error' },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/shared/**'],
    rules: { 'no-restricted-syntax': ['error', ...syntax, plainHttp] },
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'src/shared/testing/**', 'src/gallery/**', 'e2e/**'],
    rules: { 'no-restricted-syntax': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
