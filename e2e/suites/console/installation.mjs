// An installation for the console's suites: an administrator at a browser, and the guardrails that a browser without a
// managed device cannot satisfy taken away.

import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addAuthenticator, openBrowser } from '../../harness/browser.mjs';
import { HOSTS, startUp } from '../../harness/countersign.mjs';
import { until } from '../../harness/lifetime.mjs';
import { enrol, pressesButtons } from '../../harness/person.mjs';

export const ADMINISTRATOR = 'admin@countersign.localhost';
export const API = '/api/v1';

/** Starts the product with these options, with an administrator who has enrolled at a browser of their own. */
export async function begun(lifetime, options = {}) {
  const product = await startUp(lifetime, options);
  const { context, page } = await openBrowser(lifetime);
  await pressesButtons(page);
  const authenticator = await addAuthenticator(page);
  await enrol(page, product.invitation);
  return { product, context, page, authenticator };
}

/** The guardrails that a browser without a managed device, and a person without a second one, cannot satisfy. */
const DEVICES = ['managed-device', 'compliant-device', 'fresh-posture', 'fresh-posture-for-restricted', 'unmanaged-read-only'];
const CHANGING = ['control-plane-device', 'privileged-needs-grant'];

/** Lets the administrator read the control plane from this machine. */
export const mayRead = (product, folder) => withoutGuardrails(product, folder, DEVICES);

/** How old the passkey of a sign-in may be, in seconds: on a slow machine a file of tests takes longer than five minutes. */
const A_DAY = 86_400;

/**
 * Lets the administrator change something from this machine with a fresh passkey alone: one of the last `fresh` seconds.
 */
export const mayAdminister = (product, folder, fresh = A_DAY) => withoutGuardrails(product, folder, [...DEVICES, ...CHANGING], fresh);

/** Puts guardrails in their shadow stage, in which they change no answer. */
async function withoutGuardrails(product, folder, policies, fresh = A_DAY) {
  const dir = path.join(folder, `policies-${policies.length}`);
  await product.run('policy', 'pull', dir);
  const guardrails = path.join(dir, 'guardrails');
  const removes = [];
  for (const name of await readdir(guardrails)) {
    const file = path.join(guardrails, name);
    let text = await readFile(file, 'utf8');
    for (const id of policies.filter((id) => text.includes(`@id("${id}")\n@owner`))) {
      text = text.replace(`@id("${id}")\n`, `@id("${id}")\n@stage("shadow")\n`);
      removes.push('--removes', id);
    }
    await writeFile(file, name === 'control-plane.cedar' ? text.replace(/age <= \d+/, `age <= ${fresh}`) : text);
  }
  await rm(path.join(dir, 'tests'), { recursive: true, force: true });
  const { version } = await product.run('policy', 'publish', dir, '--yes', ...removes);
  // A set is on record before it is in force.
  const inForce = async () => (await product.run('policy', 'list')).version === version;
  await until(inForce, 30_000, () => `the policies ${version} did not come into force`);
}

/** Returns the id of the person with this address. */
export async function personId(product, email) {
  return (await product.run('person', 'show', email)).id;
}

export { HOSTS };
