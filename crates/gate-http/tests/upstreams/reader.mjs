// Node's own HTTP server, which says how it reads a request, as reader.py says it for others. Argument: a port.

import http from 'node:http';

let seen = 0;

http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    seen += 1;
    // As applications read it: the URL parser of the web, then its path decoded.
    const url = new URL(request.url, 'http://base.invalid');
    const path = decodeURIComponent(url.pathname);
    const approve = request.method === 'POST' && /^\/runs\/[^/]+\/approve\/?$/.test(path);
    const route = /^\/admin(\/|$)/.test(path) ? 'admin' : approve ? 'approve' : 'other';
    const { host, ...others } = request.headers;
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
    const text = [request.method, path, query, host, route, Object.values(others).join(' '), seen].join('\n');
    response.writeHead(200, { 'x-reached': 'node', 'content-type': 'application/octet-stream' });
    response.end(text);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
