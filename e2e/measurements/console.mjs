// What the console costs at an installation of this size: the server's time for what each list page asks, the time until rows
// show, the time until the first page can be used, and what its first load weighs. `bench/console.sh` fills the folder.
//
//   COUNTERSIGN_BIN=../target/release/countersign node measurements/console.mjs FOLDER
//
// Writes tables in Markdown to standard output, and progress to standard error.

import { addAuthenticator, openBrowser } from '../harness/browser.mjs';
import { openConsole, settled } from '../harness/console.mjs';
import { HOSTS, startUp } from '../harness/countersign.mjs';
import { Lifetime } from '../harness/lifetime.mjs';
import { cookiesOf, enrol, pressesButtons } from '../harness/person.mjs';
import { API, mayAdminister } from '../suites/console/installation.mjs';

/** How often each question is asked, after some that do not count. */
const ASKS = Number(process.env.ASKS ?? 30);
const WARM_UP = 3;
/** How often each page is opened by its link, and the first page by its address. */
const VISITS = Number(process.env.VISITS ?? 7);
const SERVER_MS = 50;
const EYE_MS = 300;
/** How long nothing may be busy before a page counts as usable. */
const QUIET_MS = 500;

/** The list pages: what is at the address is what the page asks the server. */
const LISTS = [
  '/people', '/people?sort=name&order=asc', '/people?q=p050000', '/devices', '/devices?sort=name&order=asc', '/devices?q=laptop-025000',
  '/groups', '/services', '/applications', '/sessions', '/grants', '/proposals', '/exceptions', '/decisions', '/decisions?effect=deny',
  '/decisions?person=p000007%40example.org', '/policies', '/versions', '/rollouts', '/jobs', '/register',
];

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Name the data folder of an installation that nobody has started yet: node measurements/console.mjs FOLDER');
  process.exit(2);
}

const say = (text) => console.error(text);
const lifetime = new Lifetime();
try {
  const begun = performance.now();
  const product = await startUp(lifetime, { data: folder });
  say(`started in ${Math.round(performance.now() - begun)} ms`);
  const { context, page } = await openBrowser(lifetime);
  await pressesButtons(page);
  await addAuthenticator(page);
  await enrol(page, product.invitation);
  await mayAdminister(product, await lifetime.folder(), 24 * 3600);
  const { counts, evidence } = await product.run('status');
  console.log(`${counts.people} people, ${counts.devices} devices, ${counts.sessions} sessions, ${counts.exceptions} exceptions; `
    + `recorded since this start: ${evidence.recorded}.\n`);
  await caughtUp(product);
  await lists(product, context, page);
  await firstPage(product, page);
} finally {
  await lifetime.close();
}

/** Waits until the projections of the new journal are built, which keeps a processor busy. */
async function caughtUp(product) {
  const begun = performance.now();
  for (let behind = Infinity; behind > 0;) {
    behind = (await product.run('projection', 'list')).items.reduce((most, row) => Math.max(most, row.behind), 0);
    if (behind > 0) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  say(`projections built after ${Math.round((performance.now() - begun) / 1000)} s`);
}

/** Measures each list page: what it asks, and when its rows show. */
async function lists(product, context, page) {
  console.log(`| list | server p50 | server p95 | rows shown after, p50 | aims (${SERVER_MS} ms, ${EYE_MS} ms) |`);
  console.log('| --- | --- | --- | --- | --- |');
  for (const at of LISTS) {
    // A page that does not show in time has failed its aim; the others are measured all the same.
    await list(product, context, page, at).catch((error) => console.log(`| ${at} | | | ${error.name} | **not met** |`));
  }
}

async function list(product, context, page, at) {
  const asked = await questionsOf(product, page, at);
  const cookie = await cookiesOf(context, product.url(HOSTS.countersign));
  const times = [];
  for (let round = -WARM_UP; round < ASKS; round += 1) {
    const started = performance.now();
    // A page waits for all that it asks.
    for (const question of asked) {
      const answer = await product.ask(HOSTS.countersign, question, { headers: { cookie } });
      if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${answer.text}`);
    }
    if (round >= 0) times.push(performance.now() - started);
  }
  const shown = [];
  for (let visit = 0; visit < VISITS; visit += 1) shown.push(await visited(product, page, at));
  const [p50, p95, eye] = [quantile(times, 0.5), quantile(times, 0.95), quantile(shown, 0.5)];
  const met = p50 <= SERVER_MS && eye <= EYE_MS ? 'met' : '**not met**';
  console.log(`| ${at} | ${p50.toFixed(1)} ms | ${p95.toFixed(1)} ms | ${eye.toFixed(0)} ms | ${met} |`);
  say(`${at}: ${asked.length} questions`);
}

/** Opens a list and returns what it asks the server, without what every page asks. */
async function questionsOf(product, page, at) {
  const asked = new Set();
  const hear = (request) => {
    const { pathname, search } = new URL(request.url());
    if (request.method() === 'GET' && pathname.startsWith(API) && pathname !== `${API}/me`) asked.add(pathname + search);
  };
  page.on('request', hear);
  await openConsole(page, product, at);
  page.off('request', hear);
  return [...asked];
}

/**
 * Opens a list by its address from the page before, within the console, once its answer is forgotten. Returns the
 * milliseconds until its rows, or the words that there are none, have been drawn.
 */
async function visited(product, page, at) {
  // A document of its own for each visit, so that no answer and no part of a page is in memory.
  await openConsole(page, product, '/no-such-page');
  return page.evaluate(async ({ at }) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const started = performance.now();
    // The router of the console listens to the history, as for the buttons of the browser.
    history.pushState({}, '', `/console${at}`);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    const isShown = () => document.querySelector('main section tbody tr')
      ?? (document.querySelector('main :is([role="search"], [data-state="empty"])') && !document.querySelector('main [aria-busy="true"]'));
    while (!isShown()) {
      if (performance.now() - started > 30_000) throw new Error('shows nothing');
      await frame();
    }
    await frame();
    return performance.now() - started;
  }, { at });
}

/** Measures the first page: its scripts, and when it can be used. */
async function firstPage(product, page) {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Network.enable');
  await browser.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  const scripts = new Set();
  browser.on('Network.responseReceived', ({ requestId, type }) => { if (type === 'Script') scripts.add(requestId); });
  browser.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (scripts.has(requestId)) bytes += encodedDataLength; });
  const cold = [];
  const weights = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    bytes = 0;
    cold.push(await usable(product, page));
    weights.push(bytes);
  }
  await browser.send('Network.setCacheDisabled', { cacheDisabled: false });
  await usable(product, page);
  const warm = [];
  for (let visit = 0; visit < VISITS; visit += 1) warm.push(await usable(product, page));
  console.log(`\nFirst page: ${(quantile(weights, 0.5) / 1000).toFixed(0)} kB of scripts as sent; usable after ${quantile(cold, 0.5).toFixed(0)} ms `
    + `with an empty cache, ${quantile(warm, 0.5).toFixed(0)} ms with the scripts in it (p50 of ${VISITS}).`);
}

/**
 * Opens the first page. Returns when it could be used, in milliseconds since the navigation: its parts have answered, and
 * since then nothing kept the browser busy for 50 ms or more.
 */
async function usable(product, page) {
  await page.goto('about:blank');
  await page.goto(product.url(HOSTS.countersign, '/console/'));
  await settled(page);
  return page.evaluate(async (quiet) => {
    const answered = performance.now();
    let last = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) last = Math.max(last, startTime + duration);
    });
    observer.observe({ type: 'longtask', buffered: true });
    while (performance.now() - Math.max(answered, last) < quiet) await new Promise((resolve) => setTimeout(resolve, 50));
    return Math.max(answered, last);
  }, QUIET_MS);
}

function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
