// Every page of the console, with what has to be known to open it: what is judged, and what is photographed.

import { personId } from './installation.mjs';

const PERSON = 'eve@example.org';

/** States some people and groups, so that the pages have something to show. */
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
}

/** Returns each page with a name for its picture. */
export async function consolePages(product) {
  return [
    { name: 'my-access', at: '/' },
    { name: 'people', at: '/people' },
    { name: 'person', at: `/people/${await personId(product, PERSON)}` },
  ];
}
