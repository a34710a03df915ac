// Writes a picture of every page in both colour schemes to docs/screenshots: `make screenshots`.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConsole } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { begun, mayAdminister } from './installation.mjs';
import { consolePages, populate } from './pages.mjs';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs/screenshots');

const lifetime = new Lifetime();
try {
  const { product, page } = await begun(lifetime);
  await populate(product);
  await mayAdminister(product, await lifetime.folder());
  await mkdir(FOLDER, { recursive: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const { name, at } of await consolePages(product)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openConsole(page, product, at);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${colorScheme}.png`) });
    }
  }
} finally {
  await lifetime.close();
}
