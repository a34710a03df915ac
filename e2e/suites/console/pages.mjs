// Every page of the console, with what has to be known to open it: what is judged, and what is photographed.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { governancePages, populateGovernance } from './governance.mjs';
import { ADMINISTRATOR, personId } from './installation.mjs';

const PERSON = 'eve@example.org';

/** States one of each thing that the pages show. Returns the ids that their addresses need. */
export async function populate(product) {
  await product.run('group', 'add', 'editors', '--purpose', 'write the wiki');
  for (const [name, email, kind] of [
    ['Ada Lovelace', 'ada@example.org', 'employee'],
    ['Eve Moneypenny', PERSON, 'contractor'],
    ['Grace Hopper', 'grace@example.org', 'employee'],
    ['Vera Rubin', 'vera@example.org', 'vendor'],
  ]) {
    await product.run('person', 'add', '--name', name, '--email', email, '--kind', kind);
  }
  await product.run('group', 'join', 'editors', 'ada@example.org');
  await product.run('person', 'suspend', 'vera@example.org', '--reason', 'contract ended');
  const device = await product.run('device', 'register', 'Ada’s laptop', '--platform', 'Debian', '--managed', '--owner', 'ada@example.org', '--key-sha256', 'ab'.repeat(32));
  await product.run('device', 'posture', device.id, '--all', 'pass');
  const service = await product.run('service', 'add', 'payroll-export', '--owner', 'ada@example.org', '--purpose', 'exports the payroll');
  await product.run('service', 'token', 'payroll-export', '--expires', '1h');
  await populateSources(product);
  await populateGovernance(product);
  return { device: device.id, service: service.id };
}

/** The key of the group of a directory whose members fill more than a page. */
export const STAFF = 'cn=staff,dc=example,dc=org';

/** Declares sources, and imports a directory. */
async function populateSources(product) {
  const declare = (name, format, title, purpose, ...more) =>
    product.run('source', 'declare', name, '--format', format, '--title', title, '--purpose', purpose, '--owner', ADMINISTRATOR, ...more);
  await declare('people', 'ldif', 'Directory', 'says who works here');
  // Nobody imports it, so it is overdue.
  await declare('cloud', 'aws-iam', 'Cloud account', 'runs the shop', '--expect-every', '24h');
  const logins = Array.from({ length: 60 }, (_, n) => `user${String(n).padStart(2, '0')}`);
  const dn = (login) => `uid=${login},dc=example,dc=org`;
  const accounts = logins.map((login) => `dn: ${dn(login)}\nobjectClass: inetOrgPerson\nuid: ${login}\ncn: ${login}\nsn: X\nmail: ${login}@example.org\n\n`);
  const staff = `dn: ${STAFF}\nobjectClass: groupOfNames\ncn: staff\n${logins.map((login) => `member: ${dn(login)}\n`).join('')}`;
  const old = `\n\ndn: cn=old,dc=example,dc=org\nobjectClass: groupOfNames\ncn: old\ncreateTimestamp: 20200101000000Z\n`;
  const file = path.join(product.data, 'people.ldif');
  await writeFile(file, [...accounts, staff, old].join(''));
  await product.run('inventory', 'import', 'people', '--file', file, '--yes');
  await populateIdentities(product, declare);
  await product.run('finding', 'look');
  const review = ['Staff of the directory', '--source', 'people', '--group', STAFF, '--reviewer', ADMINISTRATOR, '--fallback', ADMINISTRATOR];
  await product.run('review', 'open', ...review, '--due', '30d');
}

/** The key of an account that may belong to two namesakes. */
export const NAMESAKE = 'uid=bmiller,dc=apps,dc=example';

/** Declares two sources whose people overlap, and correlates them. */
async function populateIdentities(product, declare) {
  await declare('personnel', 'ldif', 'Personnel records', 'say who is employed', '--authoritative');
  await declare('apps', 'ldif', 'Applications', 'say who has an account');
  const entry = (dn, uid, given, sn, mail) =>
    `dn: ${dn}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${given} ${sn}\ngivenName: ${given}\nsn: ${sn}\n${mail ? `mail: ${mail}\n` : ''}\n`;
  const personnel = [
    ['alovelace', 'Ada', 'Lovelace', 'ada@example.org'],
    ['bob17', 'Bob', 'Miller', 'bob@example.org'],
    ['bob18', 'Bob', 'Miller', 'miller@example.org'],
  ].map(([uid, ...rest]) => entry(`uid=${uid},dc=personnel,dc=example`, uid, ...rest));
  const apps = [
    entry('uid=ada,dc=apps,dc=example', 'ada', 'Ada', 'Lovelace', 'ada@example.org'),
    entry(NAMESAKE, 'bmiller', 'Bob', 'Miller'),
    entry('uid=svc-backup,dc=apps,dc=example', 'svc-backup', 'Backup', 'Backup'),
  ];
  for (const [source, entries] of [['personnel', personnel], ['apps', apps]]) {
    const file = path.join(product.data, `${source}.ldif`);
    await writeFile(file, entries.join(''));
    await product.run('inventory', 'import', source, '--file', file, '--yes');
  }
  await product.run('identity', 'correlate');
}

/** Returns each page with a name for its picture, of an installation that was populated. */
export async function consolePages(product, { device, service }) {
  const { items } = await product.run('decisions', '--person', ADMINISTRATOR);
  const { items: findings } = await product.run('finding', 'list');
  const { items: reviews } = await product.run('review', 'list');
  return [
    { name: 'my-access', at: '/' },
    { name: 'live', at: '/live' },
    { name: 'decisions', at: '/decisions' },
    { name: 'decision', at: `/decisions/${(items.find(({ effect }) => effect === 'deny') ?? items[0]).id}` },
    { name: 'people', at: '/people' },
    { name: 'person', at: `/people/${await personId(product, PERSON)}` },
    { name: 'groups', at: '/groups' },
    { name: 'group', at: '/groups/editors' },
    { name: 'services', at: '/services' },
    { name: 'service', at: `/services/${service}` },
    { name: 'devices', at: '/devices' },
    { name: 'device', at: `/devices/${device}` },
    { name: 'applications', at: '/applications' },
    { name: 'application', at: '/applications/wiki' },
    { name: 'protect', at: '/protect' },
    { name: 'application-change', at: '/applications/wiki/change' },
    { name: 'first-accesses', at: '/applications/wiki/first' },
    { name: 'sessions', at: '/sessions' },
    { name: 'sources', at: '/sources' },
    { name: 'source', at: '/sources/people' },
    { name: 'inventory', at: '/inventory' },
    { name: 'inventory-node', at: `/inventory/node?source=people&key=${encodeURIComponent(STAFF)}` },
    { name: 'access', at: '/access' },
    { name: 'access-compromise', at: `/access?question=compromise&source=people&node=${encodeURIComponent('uid=user07,dc=example,dc=org')}` },
    { name: 'findings', at: '/findings' },
    { name: 'findings-list', at: '/findings/list' },
    { name: 'finding', at: `/findings/${findings[0].id}` },
    { name: 'reviews', at: '/reviews' },
    { name: 'review', at: `/reviews/${reviews[0].id}` },
    { name: 'review-items', at: `/reviews/${reviews[0].id}/items` },
    { name: 'my-reviews', at: '/reviews/inbox' },
    { name: 'identities', at: '/identities' },
    { name: 'identity', at: `/identities/one?source=apps&key=${encodeURIComponent('uid=ada,dc=apps,dc=example')}` },
    { name: 'identity-queue', at: '/identities/queue' },
    { name: 'policies', at: '/policies' },
    { name: 'policy', at: '/policies/managed-device' },
    { name: 'versions', at: '/versions' },
    { name: 'change', at: '/change' },
    { name: 'rollouts', at: '/rollouts' },
    { name: 'jobs', at: '/jobs' },
    ...(await governancePages(product)),
  ];
}
