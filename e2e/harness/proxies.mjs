// Other people's proxies in front of an application, asking a decision point before each request.
//
// Both pass what the person asked for on to the decision point: nginx in X-Original-* headers that its configuration
// sets, Caddy in X-Forwarded-* headers that forward_auth sets by itself. Both prove who they are with a service token.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from './lifetime.mjs';

/** The header of a permit that the application is to see. */
const ASSERTION = 'x-countersign-assertion';
/** The header in which the proxy shows its token. */
const TOKEN = 'x-countersign-proxy';
/** The header of a refusal that says where to sign in, for nginx, which keeps no Location of a refusal. */
const SIGN_IN = 'x-countersign-sign-in';

/** A header's name as an nginx variable. */
const variable = (name) => `$upstream_http_${name.replaceAll('-', '_')}`;

/**
 * nginx with auth_request. `decision` is { port, path, host, token }: where to ask, and as whom; `upstream` the
 * application's port. nginx knows only 2xx, 401 and 403 as answers, so the way to sign in is made of a 401 and a header.
 */
export async function startNginx(lifetime, { decision, upstream }) {
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
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port};
    location / {
      auth_request /.decision;
      auth_request_set $assertion ${variable(ASSERTION)};
      auth_request_set $sign_in ${variable(SIGN_IN)};
      error_page 401 = @sign_in;
      proxy_set_header Host $http_host;
      proxy_set_header ${TOKEN} "";
      proxy_set_header ${ASSERTION} $assertion;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_http_version 1.1;
      proxy_pass http://127.0.0.1:${upstream};
    }
    location = /.decision {
      internal;
      proxy_pass http://127.0.0.1:${decision.port}${decision.path};
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Host ${decision.host}:${decision.port};
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-Host $http_host;
      proxy_set_header X-Original-URI $request_uri;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header ${TOKEN} ${decision.token};
    }
    location @sign_in {
      if ($sign_in) { return 303 $sign_in; }
      return 401;
    }
  }
}
`);
  const child = lifetime.process('/usr/sbin/nginx', ['-p', folder, '-e', 'stderr', '-c', file]);
  await child.listens(port);
  return { port, child };
}

/** Caddy with forward_auth; the arguments are those of nginx. */
export async function startCaddy(lifetime, { decision, upstream }) {
  const folder = await lifetime.folder();
  const port = await freePort();
  const file = path.join(folder, 'Caddyfile');
  await writeFile(file, `{
	admin off
	auto_https off
}
http://:${port} {
	bind 127.0.0.1
	# In a route the order is as written; otherwise Caddy would strip the header after forward_auth had set it.
	route {
		request_header -${ASSERTION}
		request_header -${TOKEN}
		forward_auth 127.0.0.1:${decision.port} {
			uri ${decision.path}
			header_up Host ${decision.host}:${decision.port}
			header_up ${TOKEN} ${decision.token}
			copy_headers ${ASSERTION}
		}
		reverse_proxy 127.0.0.1:${upstream}
	}
}
`);
  const child = lifetime.process('/usr/bin/caddy', ['run', '--config', file, '--adapter', 'caddyfile'],
    { env: { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  await child.listens(port);
  return { port, child };
}
