// The 200 requests, drawn from a fixed seed: who x method x path. A failure names the one that failed.

/** Paths that can be read in one way only, by what the wiki's declaration makes of them. */
const PLAIN = [
  '/', '/pages/welcome', '/pages/welcome?from=/admin/', '/pages/%E2%82%AC', '/pages/a%20b', '/pages/~ann', '/pages/x;v=1',
  '/admin', '/admin/', '/admin/banner', '/adminx', '/Admin/banner', '/handbook/', '/handbook/holidays', '/ledger/2026',
  '/pages/%61', '/pages/it%27s', '/pages/a+b', '/pages/welcome?q=%2e%2e%2fadmin',
];

/** Paths that a proxy, a gate and an application could each read differently. */
const ODD = [
  '/pages/..%2fadmin/banner', '/pages/%2e%2e/admin/', '/pages/../admin/', '/pages//admin', '//admin/', '/admin%2fbanner', '/./admin/',
  '/pages/..;/admin/', '/pages/a%5cb', '/pages/%00', '/pages/%c0%af', '/pages/%zz', '/%2e%2e%2fadmin', '/pages/a%2Fb', '/admin/..',
  '/.countersign/../admin/', '/admin/../.countersign/x', '/pages/\\admin', '/handbook/..%5c..%5cadmin', '/handbook/%252e%252e/admin/',
];

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Who asks more often than the others. */
const COMMON = { ann: 5, administrator: 2 };

/** What a stranger who knows all our header names sends along. */
export const FORGED = {
  'x-countersign-assertion': 'forged', 'x-countersign-decision': 'dec_forged', 'x-countersign-proxy': 'forged',
  'x-countersign-client-cert': 'forged', 'x-original-uri': '/handbook/', 'x-original-method': 'OPTIONS', 'x-original-host': 'notes.localhost',
  'x-forwarded-uri': '/handbook/', 'x-forwarded-method': 'OPTIONS', 'x-forwarded-host': 'notes.localhost',
  'x-original-url': '/handbook/', 'x-rewrite-url': '/handbook/', 'x-http-method-override': 'OPTIONS', 'x-method-override': 'OPTIONS', 'x-original-upgrade': 'forged',
  'remote-user': 'forged', 'x-remote-user': 'forged', 'x-forwarded-user': 'forged', 'x-forwarded-email': 'forged', 'x-auth-request-user': 'forged',
  'x-webauth-user': 'forged', 'x-webauth-email': 'forged', 'x-user': 'forged', 'x-user-id': 'forged', 'x-username': 'forged', 'x-role': 'forged',
  'x-auth-user': 'forged', 'x-email': 'forged', 'x-authentik-username': 'forged', 'x-goog-iap-jwt-assertion': 'forged', 'x-ms-client-principal': 'forged',
  'x-amzn-oidc-data': 'forged', 'cf-access-jwt-assertion': 'forged', 'tailscale-user-login': 'forged', 'x-pomerium-jwt-assertion': 'forged',
  'x-vouch-user': 'forged', 'x-token-subject': 'forged', 'x-ssl-client-cert': 'forged', 'ssl-client-verify': 'forged', 'client-cert': 'forged',
  'x-http-method': 'forged', 'x-middleware-subrequest': 'forged', 'x-sendfile-type': 'forged', proxy: 'forged', 'remote_user': 'forged',
  'x_forwarded_user': 'forged', 'x-consumer-username': 'forged', 'x-scope-orgid': 'forged', destination: 'forged', 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9',
};

/**
 * `count` requests for these people (a name to its cookie, or to undefined). One in five has an odd path, one in five
 * comes with forged headers, and one in ten wants a WebSocket.
 */
export function questions(count, cookies) {
  const draw = generator(20261122);
  const one = (list) => list[draw() % list.length];
  // Half of the requests come from somebody who may do something, or all answers would be the same.
  const people = Object.keys(cookies).flatMap((name) => Array(COMMON[name] ?? 1).fill(name));
  return Array.from({ length: count }, (_, n) => {
    const [who, path, forged, reader] = [one(people), one(draw() % 5 === 0 ? ODD : PLAIN), draw() % 5 === 0, one(['text/html', 'application/json'])];
    const socket = draw() % 10 === 0;
    const method = socket ? 'GET' : one(METHODS);
    const headers = {
      accept: reader, ...(forged ? FORGED : {}), ...(cookies[who] === undefined ? {} : { cookie: `theme=dark; ${cookies[who]}; lang=en` }),
      ...(socket ? { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } : {}),
    };
    return { name: `${n}: ${who} ${socket ? 'WebSocket' : method} ${path}`, who, socket, method, path, headers, body: WITH_BODY.has(method) ? 'text=x' : undefined };
  });
}

/** Numbers that are the same on every run (a linear congruential generator; its upper bits). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 12;
  };
}
