// English texts of "ask again with ...": a recorded decision, evaluated again with changed evidence. `en.ts` includes
// them.

const plain: Record<string, string> = {
  identity: 'Proof of identity',
  assurance: 'Assurance level',
  phishing_resistance: 'Resists phishing',
  proof_age: 'Seconds since the proof',
  session_age: 'Seconds since sign-in',
  session_idle: 'Seconds since the session was used',
  device: 'Device',
  managed: 'Device is managed',
  posture_age: 'Seconds since the device reported',
  network: 'Network',
  address: 'Address',
  risk: 'Risk',
  standing: 'Standing',
  grant: 'Grant is active',
  hour: 'Hour (UTC)',
  weekday: 'Weekday (UTC)',
  label: 'Label of the resource',
};

const checks: Record<string, string> = {
  disk_encryption: 'Disk encryption',
  os_patched: 'Security updates',
  endpoint_protection: 'Endpoint protection',
  firewall: 'Firewall',
  secure_boot: 'Secure boot',
  screen_lock: 'Screen lock',
};

const values: Record<string, string> = {
  absent: 'absent',
  present: 'present',
  fresh: 'proved just now',
  managed: 'a managed device that passes every check',
  never: 'never reported',
  none: 'no label',
  elsewhere: 'in no declared network',
};

export const again = {
  title: 'Ask again with …',
  lead: 'Change items of the evidence and see what the answer would have been. Nothing changes, and nobody is let in by it.',
  open: 'Ask again with …',
  policies: 'Policies',
  ofThen: 'As they were',
  ofNow: 'Of today',
  recorded: 'As it was recorded',
  recordedNow: 'With the policies of today',
  withChanges: (n: number) => (n === 1 ? 'With one change' : `With ${n} changes`),
  noChanges: 'Nothing is changed yet.',
  same: 'The answer stays the same.',
  turned: 'The answer is another.',
  waiting: 'the answer',
  effects: {
    allow: 'Allowed',
    deny: 'Refused',
    observed: 'Would be refused (only observed)',
  },
  determined: 'Determined by',
  remedies: 'What would let it pass',
  shadow: (ids: readonly string[]) => `On trial, and would change the answer: ${ids.join(', ')}`,
  errors: (ids: readonly string[]) => `Could not be evaluated: ${ids.join(', ')}`,
  single: 'Single changes',
  showSingle: 'Which single changes would turn the answer?',
  hideSingle: 'Hide the single changes',
  tried: (tried: number, turning: number, made: number) => {
    const base = made === 0 ? 'each alone' : 'each alone, on top of what is changed already';
    const turn = turning === 0 ? 'None of them turns the answer.' : 'These turn the answer:';
    return `${tried} single changes were tried, ${base}. ${turn}`;
  },
  moreToTry: 'There are more single changes than the server tries at once: the rest is not known.',
  triedHow:
    'Tried are all choices of all items, each hour, and of an age none at all and a year. Addresses are not tried; networks are.',
  turning: 'Single changes that turn the answer',
  item: 'Item',
  changedTo: 'Changed to',
  wouldBe: 'Answer',
  make: (label: string, value: string) => `Change: ${label}, to ${value}`,
  read: 'What the policies read',
  unread: (n: number) => (n === 1 ? 'One item that they do not read' : `${n} items that they do not read`),
  asRecorded: (value: string) => `as recorded: ${value}`,
  isNow: (value: string) => `now ${value}, by another change`,
  undo: 'Undo',
  undoOf: (label: string) => `Undo the change of: ${label}`,
  undoAll: 'Undo all changes',
  changed: 'changed',
  label: (item: string): string => {
    const dot = item.indexOf('.');
    if (dot < 0) return plain[item] ?? item;
    const name = item.slice(dot + 1);
    switch (item.slice(0, dot)) {
      case 'posture':
        return checks[name] ?? name;
      case 'group':
        return `Member of ${name}`;
      case 'exception':
        return `Exception to ${name}`;
      default:
        return item;
    }
  },
  value: (value: string) => values[value] ?? value,
};
