// A source that says of more people at once that they left than it may suspend.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../../harness/lifetime.mjs';
import { ADMINISTRATOR } from './installation.mjs';

const WAIT_MS = 60_000;
const MAPPING = 'kind = "person"\nkey = "number"\nname = "name"\n[columns]\ndisplay_name = "name"\nmails = "mail"\n';
const PEOPLE = [
  ['7001', 'Lia Stone', 'lia@example.org'],
  ['7002', 'Leo Stone', 'leo@example.org'],
];

/** Adds two people of a source that lets one import suspend one of them, and imports that both left. Returns its name. */
export async function manyLeave(product) {
  const source = 'staff-list';
  for (const [, name, email] of PEOPLE) await product.run('person', 'add', '--name', name, '--email', email);
  const words = ['--format', 'csv', '--title', 'Staff list', '--purpose', 'says who works here', '--owner', ADMINISTRATOR];
  const bounds = ['--authoritative', '--suspend-leavers', '--max-leavers', '1', '--max-leavers-share', '100%'];
  await product.run('source', 'declare', source, ...words, ...bounds);
  const [mapping, file] = ['staff.toml', 'staff.csv'].map((name) => path.join(product.data, name));
  await writeFile(mapping, MAPPING);
  for (const people of [PEOPLE, []]) {
    const lines = [['number', 'name', 'mail'], ['7000', 'Kay Field', 'kay@example.org'], ...people];
    await writeFile(file, lines.map((cells) => `${cells.join(',')}\n`).join(''));
    await product.run('inventory', 'import', source, '--file', file, '--mapping', mapping, '--yes');
    const { last_import: last } = await product.run('source', 'show', source);
    const lookedAt = async () => (await product.run('source', 'show', source)).left?.import === last.import;
    await until(lookedAt, WAIT_MS, () => 'people who left are not looked at');
  }
  return source;
}
