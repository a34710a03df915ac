// Bad command lines: the words, the exit code, and what standard error must say (the field, the remedy).

const ADMINISTRATOR = 'admin@countersign.localhost';
const exception = (policy, ...rest) => ['exception', 'open', '--policy', policy, '--owner', ADMINISTRATOR, '--authority', 'CISO', '--person', ADMINISTRATOR, ...rest];
const application = (lines) => `name = "shop"\ntitle = "Shop"\nowner = "Sales"\n${lines}`;
const UPSTREAM = 'http://127.0.0.1:1';

/** Files that the command lines name, as FILE:name. */
export const FILES = {
  'ftp.toml': application('hosts = ["shop.localhost"]\nupstream = "ftp://127.0.0.1"'),
  'misspelt.toml': application(`hosts = ["shop.localhost"]\nupstream = "${UPSTREAM}"\nsensitivty = "public"`),
  'taken.toml': application(`hosts = ["desk.localhost"]\nupstream = "${UPSTREAM}"`),
  'dots.toml': application(`hosts = ["shop.localhost"]\nupstream = "${UPSTREAM}"\n[[resource]]\npart = "a"\nroutes = [{ path = "/a/../b" }]`),
  'nonsense.pem': 'nonsense',
  'policies/guardrails/a.cedar': '@id("x") permit (principal, action, resource);',
};

export const COMMANDS = [
  // People and groups
  [['person', 'add', '--name', '', '--email', 'x@example.org'], 2, [/"field": "name"/, /"remedy"/]],
  [['person', 'add', '--name', 'X', '--email', 'nonsense'], 2, [/"field": "email"/, /as in ada@example\.org/]],
  [['person', 'add', '--name', 'X', '--email', ADMINISTRATOR], 4, [/"field": "email"/, /"remedy"/]],
  [['person', 'add', '--name', 'X', '--email', 'x@example.org', '--kind', 'robot'], 2, [/--kind/, /employee/]],
  [['person', 'add', '--name', 'X', '--email', 'x@example.org', '--group', 'nobody'], 3, [/"field": "group"/, /group list/]],
  [['person', 'add', '--name', 'X'], 2, [/--email/]],
  [['person', 'show', 'nobody@example.org'], 3, [/"field": "person"/, /person list/]],
  [['person', 'invite', ADMINISTRATOR, '--expires', '90d'], 2, [/"field": "expires_in_seconds"/, /2592000/, /"remedy"/]],
  [['person', 'invite', ADMINISTRATOR, '--expires', 'soon'], 2, [/--expires/, /write a span such as/]],
  [['person', 'remove', ADMINISTRATOR], 2, [/--dry-run/, /--yes/]],
  [['group', 'add', 'Not A Name', '--purpose', 'x'], 2, [/<GROUP>/, /lower-case/]],
  [['group', 'add', 'staff', '--purpose', 'x'], 4, [/"field": "name"/, /"remedy"/]],
  [['group', 'join', 'staff', 'group:staff'], 2, [/"field": "member"/, /contain itself/]],
  [['group', 'join', 'nobody', ADMINISTRATOR], 3, [/"field": "group"/, /group list/]],
  [['group', 'remove', 'administrators', '--yes'], 4, [/"field": "group"/, /"remedy"/]],
  [['risk', 'set', ADMINISTRATOR, 'enormous'], 2, [/<LEVEL>/, /low, medium or high/]],
  // Applications
  [['protect', 'ftp://127.0.0.1', '--name', 'shop'], 2, [/"field": "upstream"/, /begin with http/]],
  [['protect', `${UPSTREAM}/path`, '--name', 'shop'], 2, [/"field": "upstream"/, /the origin alone/]],
  [['protect', UPSTREAM, '--name', 'Sh op'], 2, [/--name/, /lower-case/]],
  [['protect', UPSTREAM, '--name', 'shop', '--sensitivity', 'secret'], 2, [/--sensitivity/, /public, internal, confidential or restricted/]],
  [['protect', UPSTREAM, '--name', 'shop', '--group', 'nobody'], 2, [/"field": "group"/, /nobody/]],
  [['protect', UPSTREAM, '--name', 'shop', '--host', 'desk.localhost'], 4, [/"field": "hosts"/, /desk/, /"remedy"/]],
  [['protect', UPSTREAM, '--name', 'desk'], 4, [/desk already/, /"remedy"/]],
  [['application', 'add', '--file', 'FILE:ftp.toml'], 2, [/"field": "upstream"/, /begin with http/]],
  [['application', 'add', '--file', 'FILE:misspelt.toml'], 2, [/sensitivty/, /misspelt\.toml:6/, /docs\/applications\.md/]],
  [['application', 'add', '--file', 'FILE:taken.toml'], 4, [/"field": "hosts"/, /"remedy"/]],
  [['application', 'add', '--file', 'FILE:dots.toml'], 2, [/"field": "resources\[0\]\.routes\[0\]\.path"/, /dot segments/]],
  [['application', 'add', '--file', 'FILE:missing.toml'], 2, [/cannot be read/, /"remedy"/]],
  [['application', 'label', 'nothing', 'public'], 3, [/"field": "application"/, /application list/]],
  [['application', 'label', 'desk/nothing', 'public'], 3, [/"field": "part"/, /"remedy"/]],
  [['application', 'remove', 'desk'], 2, [/--dry-run/, /--yes/]],
  // Devices, sessions, services
  [['device', 'register', 'laptop', '--platform', 'x', '--certificate', 'FILE:nonsense.pem'], 2, [/"field": "certificate"/, /BEGIN CERTIFICATE/]],
  [['device', 'register', 'laptop', '--platform', 'x', '--key-sha256', '12'], 2, [/"field": "key_sha256"/, /64 lower-case hexadecimal/]],
  [['device', 'register', 'laptop', '--platform', 'x', '--owner', 'nobody@example.org'], 2, [/"field": "owner"/, /person list/]],
  [['session', 'revoke', 'ses_nonsense'], 2, [/<SESSION>/, /session list/]],
  [['session', 'revoke', `ses_${'0'.repeat(32)}`], 3, [/"field": "id"/, /session list/]],
  [['service', 'add', 'proxy', '--owner', 'nobody@example.org', '--purpose', 'x'], 2, [/"field": "owner"/, /person list/]],
  [['service', 'token', 'nothing'], 3, [/service list/]],
  // Exceptions and grants
  [exception('nothing', '--reason', 'x', '--for', '1h'), 2, [/"field": "policy"/, /policy list/]],
  [exception('managed-device', '--reason', '', '--for', '1h'), 2, [/"field": "reason"/, /"remedy"/]],
  [exception('managed-device', '--reason', 'x', '--for', '2y'), 2, [/--for/, /write a span such as/]],
  [exception('managed-device', '--reason', 'x', '--until', '2020-01-01T00:00:00Z'), 2, [/"field": "expires_at"/]],
  [['grant', 'request', '--application', 'nothing', '--reason', 'x', '--for', '1h', '--person', ADMINISTRATOR], 2, [/"field": "application"/, /application list/]],
  [['grant', 'request', '--application', 'desk', '--reason', 'x', '--for', '13h', '--person', ADMINISTRATOR], 2, [/"field": "duration_seconds"/]],
  [['grant', 'approve', 'gra_nonsense'], 2, [/<GRANT>/, /grant list/]],
  // Policies, decisions, journal
  [['policy', 'publish', 'FILE:policies'], 2, [/a\.cedar/, /owner/]],
  [['policy', 'publish', 'FILE:missing'], 2, [/cannot be read/, /"remedy"/]],
  [['decisions', '--since', 'yesterday'], 2, [/--since/, /write a span such as/]],
  [['decisions', '--effect', 'maybe'], 2, [/--effect/, /allow, deny/]],
  [['why', 'dec_nonsense'], 2, [/<DECISION>/, /countersign decisions/]],
  [['why', `dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8`], 3, [/"field": "id"/, /countersign decisions/]],
  [['journal', 'verify', '--anchor', '7'], 2, [/--anchor/, /64 hexadecimal digits/]],
  [['journal', 'verify', '--anchor', `3:${'0'.repeat(64)}`], 6, []],
  [['nothing'], 2, [/nothing/, /--help/]],
];
