// The console at the browser: opened, judged by axe-core, and listened to for what its policy blocked.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { HOSTS } from './countersign.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens a page of the console and waits until it has answered: a heading stands there and nothing is waited for. */
export async function openConsole(page, product, at = '/') {
  await page.goto(product.url(HOSTS.countersign, `/console${at}`));
  await settled(page);
}

/** Waits until the page that is shown waits for nothing. */
export async function settled(page) {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
}

/** Collects what the browser complains about: a blocked style or script, an error that nobody caught. */
export function complaints(page) {
  const heard = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(String(error)));
  return heard;
}

/** Returns what axe-core finds that is serious or critical, as one line each. */
export async function seriousFindings(page) {
  // Evaluated by the debugger, which no policy of the page applies to.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}

/** Each scheme and each width once: a colour does not depend on the width, and a layout not on the scheme. */
const EVERY_VIEW = [['light', 1280], ['dark', 360]];

/**
 * Opens a page in each view, a scheme and a width. Returns what is serious there, and where it is wider than the window, as
 * one line each. `findings` is another judge than axe-core.
 */
export async function viewFindings(page, open, views = EVERY_VIEW, findings = seriousFindings) {
  const found = [];
  for (const [colorScheme, width] of views) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await open();
    found.push(...(await findings(page)).map((line) => `${colorScheme} ${width}: ${line}`));
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (isWide) found.push(`${colorScheme} ${width}: the page is wider than the window`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}
