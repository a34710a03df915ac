// An OpenID provider that others wrote (npm `oidc-provider`), with accounts that a suite sets up.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Provider } from 'oidc-provider';

export const CLIENT = 'countersign';

/**
 * Starts a provider. `accounts` are the claims of each account by its subject, with `how`: what the provider says of its
 * sign-in (`acr`, `amr`). `home` gives the addresses of the product at this provider.
 */
export async function startProvider(lifetime, { accounts, home }) {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
  const told = { next: Object.keys(accounts)[0], logouts: [] };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT, token_endpoint_auth_method: 'none', response_types: ['code'], grant_types: ['authorization_code'],
      redirect_uris: [home('callback')], id_token_signed_response_alg: 'ES256',
      backchannel_logout_uri: home('logout'), backchannel_logout_session_required: true,
    }],
    jwks: { keys: [key] },
    cookies: { keys: ['a key of the test'] },
    acrValues: ['phr', 'basic'],
    claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'], profile: ['name'], auth_time: null, sid: null },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id].claims }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: granted,
    // The name of the product's host is one that Node does not resolve.
    fetch: async (url, options) => {
      const answer = await posted(new URL(url), options);
      told.logouts.push({ status: answer.status, at: performance.now() });
      return answer;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      return response.end(`<!doctype html><title>Provider</title><form method="post"><button>Sign in as ${told.next}</button></form>`);
    }
    const login = { accountId: told.next, ...accounts[told.next].how };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  });
  lifetime.closing(server, async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { issuer, told };
}

async function granted(ctx) {
  const { client, session, provider } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}

function posted(url, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1', port: url.port, path: url.pathname, method,
      headers: { ...Object.fromEntries(new Headers(headers)), host: url.host },
    });
    request.once('error', reject);
    request.once('response', (answer) => {
      answer.resume();
      answer.once('end', () => resolve(new Response(null, { status: answer.statusCode })));
    });
    request.end(String(body));
  });
}
