// Node-RED, an application of other people: an editor in the browser that keeps a WebSocket open to its server.

import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './lifetime.mjs';
import { ask } from './http.mjs';

const INSTALLED = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../apps/node-red/node_modules/node-red/red.js');

/** A flow that counts aloud: every 250 ms its debug node sends a message down the editor's WebSocket. */
const FLOW = [
  { id: 'page', type: 'tab', label: 'Counting' },
  { id: 'clock', type: 'inject', z: 'page', repeat: '0.25', once: true, onceDelay: '0.1', props: [{ p: 'payload' }], payload: '', payloadType: 'date', x: 100, y: 80, wires: [['say']] },
  { id: 'say', type: 'debug', z: 'page', name: 'say', active: true, tosidebar: true, complete: 'payload', targetType: 'msg', x: 300, y: 80, wires: [] },
];

/** Starts it on loopback with one flow, no tour, and nothing that calls home. */
export async function startNodeRed(lifetime) {
  await access(INSTALLED).catch(() => {
    throw new Error('Node-RED is not installed: run `npm ci --ignore-scripts` in e2e/apps/node-red');
  });
  const folder = await lifetime.folder();
  const port = await freePort();
  const settings = path.join(folder, 'settings.js');
  await writeFile(settings, `module.exports = ${JSON.stringify({
    uiHost: '127.0.0.1', uiPort: port, userDir: folder, flowFile: 'flows.json', credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    logging: { console: { level: 'info' } },
  })};`);
  const child = lifetime.process(process.execPath, [INSTALLED, '--settings', settings], { cwd: folder });
  await child.says(/Started flows/);
  // Its server listens only after the flows have started.
  await child.listens(port);
  const answer = await ask({ port, path: '/flows', method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(FLOW) });
  if (answer.status !== 204) throw new Error(`Node-RED did not take the flow: ${answer.status} ${answer.text}`);
  return { port, child };
}

/**
 * Uses the editor as a person would: opens the debug sidebar and waits for messages, which come over its WebSocket.
 * Gives the sockets that the page opened, so that a suite can see one being closed.
 */
export async function watchMessages(page, url) {
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket));
  await page.goto(url);
  await page.locator('#red-ui-workspace').waitFor();
  await page.locator('.red-ui-debug-msg').nth(2).waitFor({ state: 'attached' });
  await page.evaluate(() => globalThis.RED.sidebar.show('debug'));
  await page.locator('.red-ui-debug-msg').nth(2).waitFor();
  return sockets;
}
