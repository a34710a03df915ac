// Every operation of docs/openapi.json, in an order in which each can go well: its name, what stands in its path, and the rest.
// What an answer brings that later ones need is kept in `its`.

const ADMINISTRATOR = 'admin@countersign.localhost';
const PERSON = 'eve@example.org';
const NO_PROPOSAL = `prp_${'0'.repeat(32)}`;
const exception = { policy: 'managed-device', person: ADMINISTRATOR, owner: ADMINISTRATOR, authority: 'CISO', reason: 'contract', expires_in_seconds: 600 };
const grant = { person: ADMINISTRATOR, application: 'wiki', reason: 'contract', duration_seconds: 600 };
const declaration = {
  title: 'Shop', owner: 'Sales', hosts: ['shop.localhost'], upstream: 'http://127.0.0.1:1', stage: 'observe', sensitivity: 'internal',
  resources: [{ part: 'cart', sensitivity: 'confidential', routes: [{ path: '/cart/**', methods: ['GET'], action: 'read' }] }],
  operations: { can_read: 'read' },
};
const question = {
  subject: { type: 'user', id: ADMINISTRATOR, properties: { department: 'law', grade: 7 } },
  action: { name: 'can_read', properties: { soft: true } },
  resource: { type: 'cart', id: 'cart-1', properties: { open: true } },
  context: { ip_address: '192.0.2.7' },
};

const TRIAL = `@id("on-trial")
@owner("security")
@reason("On trial.")
@review("2099-01-01")
@stage("shadow")
forbid (principal, action, resource in Countersign::Application::"wiki")
when { context.item like "/trial*" };
`;

export const OPERATIONS = [
  ['status.show'],
  ['me.show'],
  ['journal.head', {}, { keep: ({ head }, its) => { its.head = head; } }],
  ['journal.verify', {}, {}],
  ['projections.list'],
  ['projections.rebuild', { name: 'register' }, { body: { dry_run: true } }],
  ['people.add', {}, { body: { name: 'Eve', email: PERSON, kind: 'contractor', aliases: ['hr-5'] } }],
  ['people.list', {}, { query: { limit: 10 } }],
  ['people.show', { person: PERSON }],
  ['people.change', { person: PERSON }, { body: { name: 'Eve S.', email: PERSON, kind: 'contractor' } }],
  ['people.risk', { person: PERSON }, { body: { level: 'medium', reasons: ['contract'] } }],
  ['people.invite', { person: PERSON }],
  ['people.credentials', { person: ADMINISTRATOR }, { keep: ({ items }, its) => { its.passkey = items.at(-1).id; } }],
  ['groups.add', {}, { body: { name: 'editors', purpose: '' } }],
  ['groups.list'],
  ['groups.show', { group: 'editors' }],
  ['groups.join', { group: 'editors', member: PERSON }],
  ['groups.leave', { group: 'editors', member: PERSON }],
  ['services.add', {}, { body: { name: 'shop', owner: ADMINISTRATOR, purpose: 'asks' }, keep: ({ id }, its) => { its.service = id; } }],
  ['services.list'],
  ['services.show', { id: (its) => its.service }],
  ['devices.register', {}, {
    body: { name: 'Laptop', platform: 'Debian', managed: true, owner: ADMINISTRATOR, key_sha256: '9f'.repeat(32) },
    keep: ({ id }, its) => { its.device = id; },
  }],
  ['devices.list'],
  ['devices.show', { id: (its) => its.device }],
  ['devices.change', { id: (its) => its.device }, { body: { name: 'Laptop', platform: 'Debian 12', managed: true, key_sha256: '9f'.repeat(32) } }],
  ['devices.report', { id: (its) => its.device }, { body: { checks: { firewall: 'pass', screen_lock: 'unknown' } } }],
  ['applications.declare', { application: 'shop' }, { body: declaration }],
  ['applications.list'],
  ['applications.show', { application: 'shop' }],
  ['applications.stage', { application: 'shop' }, { body: { stage: 'enforce' } }],
  ['labels.set', { application: 'shop', part: 'cart' }, { body: { sensitivity: null } }],
  ['settings.show'],
  ['services.issue_token', { id: (its) => its.service }, {
    body: { application: 'shop', expires_in_seconds: 600 },
    keep: ({ id, token }, its) => { Object.assign(its, { token: id, bearer: token }); },
  }],
  ['access.evaluate', {}, { door: 'decisions', body: question }],
  ['access.evaluate_many', {}, { door: 'decisions', body: { ...question, evaluations: [{}, { action: { name: 'read' } }], options: { evaluations_semantic: 'execute_all' } } }],
  ['access.metadata', {}, { door: 'decisions' }],
  ['access.forward_auth', { proxy: 'nginx' }, { door: 'decisions', status: 403 }],
  ['keys.set'],
  ['tokens.revoke', { id: (its) => its.token }],
  ['sessions.list', {}, { query: { person: ADMINISTRATOR }, keep: ({ items }, its) => { its.session = items[0].id; } }],
  ['decisions.follow', {}, { query: { effect: 'deny' } }],
  ['decisions.list', {}, { query: { limit: 5, since: '2026-01-01T00:00:00Z' }, keep: ({ items }, its) => { its.decision = items[0].id; } }],
  ['decisions.why', { id: (its) => its.decision }],
  ['exceptions.open', {}, { body: exception, keep: ({ id }, its) => { its.exception = id; } }],
  ['exceptions.list'],
  ['exceptions.end', { id: (its) => its.exception }, { body: { reason: 'contract' } }],
  ...['approve', 'refuse', 'revoke'].flatMap((answer) => [
    ['grants.request', {}, { body: grant, keep: ({ id }, its) => { its[answer] = id; } }],
    ...(answer === 'revoke' ? [['grants.approve', { id: (its) => its.revoke }]] : []),
    [`grants.${answer}`, { id: (its) => its[answer] }, answer === 'approve' ? {} : { body: { reason: 'contract' } }],
  ]),
  ['grants.list', {}, { query: { state: 'active' } }],
  ['grants.show', { id: (its) => its.approve }],
  // Whoever holds the machine proposes nothing: what they command is done.
  ['proposals.list'],
  ['proposals.show', { id: NO_PROPOSAL }, { status: 404 }],
  ['proposals.countersign', { id: NO_PROPOSAL }, { body: { digest: '0'.repeat(64) }, status: 404 }],
  ['proposals.refuse', { id: NO_PROPOSAL }, { body: { reason: 'contract' }, status: 404 }],
  ['people.confirm', { person: ADMINISTRATOR }, { body: { reason: 'contract' }, status: [200, 409, 422] }],
  ['policies.show'],
  ['policies.files', {}, { keep: ({ files }, its) => { its.files = files; } }],
  ['policies.starter', {}, { query: { application: 'shop' }, keep: ({ path, text }, its) => { its.files = { ...its.files, [path]: text }; } }],
  ['policies.publish', {}, { body: (its) => ({ files: { ...its.files, 'guardrails/trial.cedar': TRIAL }, why: 'contract' }), keep: (_, its) => { its.files['guardrails/trial.cedar'] = TRIAL; } }],
  ['policies.history', {}, { keep: ({ items }, its) => { its.version = items.at(1).version; } }],
  ['policies.lint'],
  ['reach.who', {}, { query: { resource: 'shop/cart', action: 'read' } }],
  ['reach.what', {}, { query: { person: ADMINISTRATOR } }],
  ['rollouts.start', {}, {
    body: { policy: 'on-trial', percents: [5, 100], watch_seconds: 3600, halt_if: 'newly denied people > 3', why: 'contract' },
    keep: ({ id }, its) => { its.rollout = id; },
  }],
  ['rollouts.list'],
  ['rollouts.show', { id: (its) => its.rollout }],
  ['rollouts.advance', { id: (its) => its.rollout }],
  ['rollouts.halt', { id: (its) => its.rollout }, { body: { reason: 'contract' } }],
  ['replays.start', {}, { body: {}, keep: ({ id }, its) => { its.job = id; } }],
  ['plans.start', {}, { body: (its) => ({ files: its.files }) }],
  ['proofs.start'],
  ['shadow.start'],
  ['jobs.list'],
  ['schedules.list'],
  ['jobs.follow', { id: (its) => its.job }],
  ['jobs.show', { id: (its) => its.job }],
  ['jobs.stop', { id: (its) => its.job }],
  ['trusts.list'],
  ['trusts.figures'],
  ['trusts.own', {}, { body: { of: { application: 'wiki' }, owner: ADMINISTRATOR, dry_run: true }, status: [200, 404, 422] }],
  ['trusts.document', {}, { body: { of: { application: 'wiki' }, owner: ADMINISTRATOR, authority: 'CISO', reason: 'contract', expires_in_seconds: 86_400, dry_run: true }, status: [200, 404, 422] }],
  ['policies.rollback', {}, { body: (its) => ({ version: its.version, why: 'contract', dry_run: true }) }],
  ['networks.list'],
  ['keys.list', {}, { keep: ({ items }, its) => { its.key = items[0].id; } }],
  ['keys.rotate', { kid: (its) => its.key }],
  ['keys.retire', { kid: (its) => its.key }, { status: [204, 409] }],
  ['query.tables'],
  ['query.ask', {}, { body: { sql: 'SELECT count(*) AS n FROM decisions' } }],
  ['evidence.export', {}, { query: { format: 'ocsf' } }],
  ['evidence.verify'],
  ['evidence.anchor'],
  ['evidence.compact'],
  ['journal.archive', {}, { body: { dry_run: true } }],
  ['evidence.retain', {}, { body: { dry_run: true }, status: [201, 409, 422] }],
  ['projections.verify', {}, { body: { name: 'register' }, status: [201, 409] }],
  ['sessions.revoke', { id: (its) => its.session }],
  ['people.end_sessions', { person: ADMINISTRATOR }],
  ['credentials.remove', { id: (its) => its.passkey }, { status: [204, 409] }],
  ['people.suspend', { person: PERSON }, { body: { reason: 'contract' } }],
  ['people.restore', { person: PERSON }],
  ['people.remove', { person: PERSON }],
  ['services.remove', { id: (its) => its.service }],
  ['devices.remove', { id: (its) => its.device }],
  ['applications.remove', { application: 'shop' }],
  ['groups.remove', { group: 'editors' }],
];
