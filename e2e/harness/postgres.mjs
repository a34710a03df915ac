// A PostgreSQL server of the test's own. It refuses to run as root, so root starts it as the user `postgres`.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { freePort } from './lifetime.mjs';

const PROGRAMS = process.env.COUNTERSIGN_POSTGRES ?? '/usr/lib/postgresql/15/bin';

/** An empty cluster that listens on loopback. `stop` and `start` keep its port and its data. */
export async function startPostgres(lifetime) {
  const owner = process.getuid() === 0 ? identity('postgres') : undefined;
  const folder = await lifetime.folder(owner?.uid, owner?.gid);
  const cluster = path.join(folder, 'cluster');
  execFileSync(path.join(PROGRAMS, 'initdb'),
    ['--pgdata', cluster, '--username', 'countersign', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  let server;
  const start = async () => {
    server = lifetime.process(path.join(PROGRAMS, 'postgres'),
      ['-D', cluster, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      { ...owner, cwd: folder });
    await server.says(/database system is ready to accept connections/);
  };
  await start();
  return {
    port,
    url: `postgres://countersign@127.0.0.1:${port}/postgres`,
    start,
    /** Ends every connection, as a machine that goes away does; committed data stay. */
    stop: () => server.stop('SIGINT'),
    /** One statement, its rows as lines of text. */
    query: (statement) => execFileSync(path.join(PROGRAMS, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'countersign', '-Atqc', statement, 'postgres'],
      { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).trim(),
  };
}

function identity(user) {
  const number = (flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}
