// Writes a picture of every page in both colour schemes to docs/screenshots: `make screenshots`.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConsole } from '../../harness/console.mjs';
import { Lifetime } from '../../harness/lifetime.mjs';
import { populateByBrowser } from './governance.mjs';
import { begun, mayAdminister } from './installation.mjs';
import { consolePages, populate } from './pages.mjs';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs/screenshots');

const lifetime = new Lifetime();
try {
  const { product, page } = await begun(lifetime);
  const known = await populate(product);
  // A refusal, for the page that explains one.
  await openConsole(page, product, '/people');
  await mayAdminister(product, await lifetime.folder());
  await populateByBrowser(product, page);
  await mkdir(FOLDER, { recursive: true });
  const browser = await page.context().newCDPSession(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const { name, at } of await consolePages(product, known)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openConsole(page, product, at);
      const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
      await writeFile(path.join(FOLDER, `${name}-${colorScheme}.webp`), Buffer.from(data, 'base64'));
    }
  }
} finally {
  await lifetime.close();
}
