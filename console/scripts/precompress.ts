// Writes a brotli file beside each file that compresses, so that the server compresses nothing while it answers.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);
const COMPRESSIBLE = /\.(js|css|svg)$/;

/** Compresses what the build has written. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir }) {
      const folder = path.join(dir ?? 'dist', 'assets');
      for (const name of (await readdir(folder)).filter((name) => COMPRESSIBLE.test(name))) {
        const file = path.join(folder, name);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(`${file}.br`, await compress(await readFile(file), { params }));
      }
    },
  };
}
