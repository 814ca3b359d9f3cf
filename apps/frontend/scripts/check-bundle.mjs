// Sizes of what a browser loads for three pages, gzipped, against the budgets. Reads the build manifest.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifestFile = new URL('.vite/manifest.json', dist);
if (!existsSync(manifestFile)) {
  process.stderr.write('no build: run `pnpm --filter frontend build` first\n');
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const pages = [
  ['sign-in', 170, ['login', 'setup']],
  ['library', 210, ['_author', '_desk', '_desk/library']],
  ['write', 350, ['_author', 'n.$novel', 'n.$novel/write.{-$node}']],
];

/** A chunk and everything it imports statically. */
function reach(key, seen) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) reach(next, seen);
}

function routeChunks(route) {
  return Object.keys(manifest).filter((key) => {
    const path = key.split('?')[0];
    return path.endsWith(`routes/${route}.tsx`) || path.endsWith(`routes/_author/${route}.tsx`);
  });
}

let failed = false;
for (const [name, budget, routes] of pages) {
  const files = new Set();
  reach(entry, files);
  for (const route of routes) for (const key of routeChunks(route)) reach(key, files);
  const bytes = [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0);
  const kilobytes = bytes / 1000;
  if (kilobytes > budget) failed = true;
  process.stdout.write(
    `${name.padEnd(8)} ${kilobytes.toFixed(0).padStart(4)} kB of ${budget} kB gzip  ${kilobytes > budget ? 'OVER' : 'ok'}\n`,
  );
}
const forbidden = Object.keys(manifest).filter((key) =>
  /src\/(gallery|shared\/testing)\//.test(key),
);
if (forbidden.length > 0) {
  failed = true;
  process.stdout.write(`in the production bundle, but must not be: ${forbidden.join(', ')}\n`);
}
process.exit(failed ? 1 : 0);
