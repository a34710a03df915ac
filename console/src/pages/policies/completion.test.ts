import { expect, test } from 'vitest';
import { suggestionsAt } from './completion.ts';
import type { Vocabulary } from './query.ts';

const known: Vocabulary = {
  annotations: ['id', 'owner'],
  actions: ['read', 'write'],
  entity_types: ['Countersign::Action', 'Countersign::Group'],
  attributes: [
    { path: 'context.device', kind: 'Record', optional: true, of: [] },
    { path: 'context.device.managed', kind: 'Bool', optional: false, of: [] },
    { path: 'context.grant', kind: 'Bool', optional: false, of: [] },
    { path: 'principal.email', kind: 'String', optional: false, of: ['Countersign::Person'] },
  ],
  groups: ['editors'],
  applications: ['wiki'],
  resources: ['wiki/admin'],
  networks: ['office'],
};
const words = {
  optional: 'can be absent',
  group: 'group',
  application: 'application',
  resource: 'part',
  network: 'network',
  action: 'action',
};

const at = (line: string) => {
  const found = suggestionsAt(line, known, words);
  return found && [line.slice(found.from), found.options.map(({ label }) => label)];
};

test('after a dot stand the attributes right below it, and after has too', () => {
  expect(at('when { context.')).toEqual(['', ['device', 'grant']]);
  expect(at('when { context.de')).toEqual(['de', ['device', 'grant']]);
  expect(at('  context.device.')).toEqual(['', ['managed']]);
  expect(at('principal has em')).toEqual(['em', ['email']]);
  expect(at('context.device has ')).toEqual(['', ['managed']]);
  expect(at('resource.')).toEqual(['', []]);
});

test('an attribute says what it is, and that it can be absent', () => {
  expect(suggestionsAt('context.', known, words)?.options[0]).toEqual({
    label: 'device',
    detail: 'Record, can be absent',
    kind: 'attribute',
  });
});

test('a name is one that exists here, of the type before it', () => {
  expect(at('principal in Countersign::Group::"ed')).toEqual(['ed', ['editors']]);
  expect(at('resource in Countersign::Application::"')).toEqual(['', ['wiki']]);
  expect(at('resource == Countersign::Resource::"wiki/')).toEqual(['wiki/', ['wiki/admin']]);
  expect(at('action == Countersign::Action::"')).toEqual(['', ['read', 'write']]);
  expect(at('context.place.network == "')).toEqual(['', ['office', 'elsewhere']]);
});

test('nothing is offered in a comment or in a text that holds no name', () => {
  expect(at('// context.')).toBeUndefined();
  expect(at('@reason("context.')).toBeUndefined();
  expect(at('context.item like "a\\"context.')).toBeUndefined();
});

test('types, annotations and keywords are offered while their word is typed', () => {
  expect(at('principal is Countersign::G')).toEqual(['Countersign::G', ['Countersign::Action', 'Countersign::Group']]);
  expect(at('@o')).toEqual(['o', ['id', 'owner']]);
  expect(at('per')?.[1]).toContain('permit');
  expect(at('')).toBeUndefined();
  expect(at('context.grant && ')).toBeUndefined();
});
