// Writes schema/manuscript.schema.json from src/prose/schema.ts; with --check it only compares.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const target = fileURLToPath(new URL('../schema/manuscript.schema.json', import.meta.url));
const source = fileURLToPath(new URL('../src', import.meta.url));

const server = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { alias: { '@': source } },
  server: { middlewareMode: true, hmr: false, watch: null },
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { proseSchema } = await server.ssrLoadModule('/src/prose/schema.ts');
  const { manuscriptJsonSchema } = await server.ssrLoadModule('/src/prose/json-schema.ts');
  const fresh = `${JSON.stringify(manuscriptJsonSchema(proseSchema), null, 2)}\n`;
  if (process.argv.includes('--check')) {
    const stored = existsSync(target) ? readFileSync(target, 'utf8') : '';
    if (stored !== fresh) {
      process.stderr.write('schema/manuscript.schema.json is stale: run `pnpm generate:schema`.\n');
      process.exitCode = 1;
    }
  } else {
    mkdirSync(new URL('../schema/', import.meta.url), { recursive: true });
    writeFileSync(target, fresh);
  }
} finally {
  await server.close();
}
