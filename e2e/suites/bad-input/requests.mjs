// Bad API requests, as the operator: method, path, body, the status, and what the problem document must say.

const JSON_TYPE = 'application/json';
const NEW_PERSON = { name: 'X', email: 'x@example.org' };

/** [method, path, body (an object, or text as it is), status, field or undefined, more headers] */
export const REQUESTS = [
  ['POST', '/people', '{"name": ', 400],
  ['POST', '/people', '[]', 422, 'body'],
  ['POST', '/people', '["X", "x@example.org", "employee", []]', 422, 'body'],
  ['POST', '/people', { ...NEW_PERSON, role: 'god' }, 422, 'role'],
  ['POST', '/people', { name: 'X' }, 422, 'email'],
  ['POST', '/people', { ...NEW_PERSON, name: 7 }, 422, 'name'],
  ['POST', '/people', { ...NEW_PERSON, name: 'x'.repeat(100_000) }, 422, 'name'],
  ['POST', '/people', { ...NEW_PERSON, email: 'a@b\u0000c' }, 422, 'email'],
  ['POST', '/people', { ...NEW_PERSON, kind: 'robot' }, 422, 'kind'],
  ['POST', '/people', { ...NEW_PERSON, aliases: 'one' }, 422, 'aliases'],
  ['POST', '/people', '['.repeat(50_000), 400],
  ['POST', '/people', JSON.stringify(NEW_PERSON), 415, undefined, { 'content-type': 'text/plain' }],
  ['POST', '/people', JSON.stringify({ ...NEW_PERSON, name: 'x'.repeat(8 << 20) }), 413],
  ['PATCH', '/people', NEW_PERSON, 405],
  ['GET', '/people?limit=many', undefined, 422, 'limit'],
  ['GET', '/people?colour=red', undefined, 422, 'colour'],
  ['GET', '/people/%00', undefined, 404, 'person'],
  ['GET', '/nothing', undefined, 404],
  ['POST', '/groups', { name: '../etc', purpose: 'x' }, 422, 'name'],
  ['PUT', '/groups/staff/members/nobody', undefined, 404, 'member'],
  ['PUT', '/applications/Sh%20op', { title: 'x', owner: 'x', hosts: ['x.localhost'], upstream: 'http://127.0.0.1:1' }, 422, 'application'],
  ['PUT', '/applications/shop', { title: 'x', owner: 'x', hosts: [], upstream: 'http://127.0.0.1:1' }, 422, 'hosts'],
  ['PUT', '/applications/shop', { title: 'x', owner: 'x', hosts: ['x.localhost'], upstream: 'http://127.0.0.1:99999' }, 422, 'upstream'],
  ['POST', '/applications/desk/stage', { stage: 'maybe' }, 422, 'stage'],
  ['PUT', '/labels/desk/other', { sensitivity: 'secret' }, 422, 'sensitivity'],
  ['POST', '/devices', { name: 'laptop', platform: 'x', key_sha256: 'zz' }, 422, 'key_sha256'],
  ['POST', '/services', { name: 'x', owner: 'nobody@example.org', purpose: 'x' }, 422, 'owner'],
  ['DELETE', '/sessions/nonsense', undefined, 422, 'id'],
  ['POST', '/grants', { application: 'desk', reason: 'x', duration_seconds: -1 }, 422, 'duration_seconds'],
  ['POST', '/exceptions', { policy: 'managed-device', owner: 'nobody', authority: 'x', reason: 'x', group: 'staff', expires_in_seconds: 60 }, 422, 'owner'],
  ['PUT', '/policies', { files: { '../x.cedar': 'permit (principal, action, resource);' } }, 422, 'files'],
  ['PUT', '/policies', { files: {} }, 422, 'files'],
  ['GET', '/decisions?since=yesterday', undefined, 422, 'since'],
  ['GET', '/decisions/nonsense', undefined, 422, 'id'],
].map(([method, path, body, status, field, headers]) => ({
  name: `${method} ${path} ${typeof body === 'string' ? body.slice(0, 20) : JSON.stringify(body ?? '').slice(0, 60)}`,
  method, path: `/api/v1${path}`, status, field,
  body: typeof body === 'object' ? JSON.stringify(body) : body,
  headers: { ...(body === undefined ? {} : { 'content-type': JSON_TYPE }), ...headers },
}));

/** Bytes that are no request, or one that could be read in two ways. */
export const BYTES = [
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'nonsense\r\n\r\n', 'GET / HTTP/9.9\r\nhost: desk.localhost\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: desk.localhost\r\nhost: evil.localhost\r\n\r\n', 'GET / HTTP/1.1\r\nhost: nobody.localhost\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: desk.localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: desk.localhost\r\ncontent-length: -1\r\n\r\n', 'POST / HTTP/1.1\r\nhost: desk.localhost\r\ncontent-length: 03\r\n\r\nabc', 'GET /\x00 HTTP/1.1\r\nhost: desk.localhost\r\n\r\n',
  `GET / HTTP/1.1\r\nhost: desk.localhost\r\nx: ${'x'.repeat(1 << 20)}\r\n\r\n`, `GET /${'x'.repeat(1 << 18)} HTTP/1.1\r\nhost: desk.localhost\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: desk.localhost\r\n${'x: y\r\n'.repeat(5000)}\r\n`,
];
