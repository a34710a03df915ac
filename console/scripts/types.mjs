// Generates src/api/schema.ts from docs/openapi.json. With --check it only compares, and fails if the file is out of date.

import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url);
const SCHEMA = new URL('../src/api/schema.ts', import.meta.url);
const HEAD = '// Generated from docs/openapi.json by `npm run types`. Do not edit.\n\n';

const wanted = HEAD + astToString(await openapiTS(DOCUMENT));
if (process.argv.includes('--check')) {
  const held = await readFile(SCHEMA, 'utf8').catch(() => '');
  if (held !== wanted) {
    console.error('console/src/api/schema.ts is not what docs/openapi.json says: run `npm run types` in console/.');
    process.exit(1);
  }
} else {
  await writeFile(SCHEMA, wanted);
}
