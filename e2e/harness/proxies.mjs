// Other people's proxies in front of an application, asking a decision point before each request: with the very
// configurations that docs/forward-auth.md shows, so that what people copy is what is tested.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './lifetime.mjs';

const DOCUMENT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/forward-auth.md');

/** The document's block in that language, with this test's addresses and token where the reader puts theirs. */
function shown(language, { port, front, decision, upstream }) {
  const block = readFileSync(DOCUMENT, 'utf8').match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's'))[1];
  const placed = {
    '127.0.0.1:3000': `127.0.0.1:${upstream}`, '127.0.0.1:8400': `127.0.0.1:${front}`,
    '127.0.0.1:8401': `127.0.0.1:${decision.port}`, ':8080': `:${port}`, '"TOKEN"': `"${decision.token}"`,
  };
  return Object.entries(placed).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${DOCUMENT} shows no ${from} for ${language}`);
    return text.replaceAll(from, to);
  }, block);
}

/**
 * nginx with auth_request, at wiki.localhost. `decision` is { port, token }: where to ask, and as whom; `upstream` the
 * application's port, `front` the port at which Countersign serves people.
 */
export async function startNginx(lifetime, { front, decision, upstream }) {
  const folder = await lifetime.folder();
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, `
daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
${shown('nginx', { port, front, decision, upstream })}
}
`);
  const child = lifetime.process('/usr/sbin/nginx', ['-p', folder, '-e', 'stderr', '-c', file]);
  await child.listens(port);
  return { port, child };
}

/** Caddy with forward_auth; the arguments are those of nginx. */
export async function startCaddy(lifetime, { front, decision, upstream }) {
  const folder = await lifetime.folder();
  const port = await freePort();
  const file = path.join(folder, 'Caddyfile');
  await writeFile(file, `{
	admin off
	auto_https off
}
${shown('caddyfile', { port, front, decision, upstream })}`);
  const child = lifetime.process('/usr/bin/caddy', ['run', '--config', file, '--adapter', 'caddyfile'],
    { env: { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  await child.listens(port);
  return { port, child };
}
