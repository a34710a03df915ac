import { expect, test } from 'vitest';
import { placeOf } from './places.ts';
import { newOperation, newPart, newRoute, nothingTyped, type Typed } from './typed.ts';

const typed: Typed = {
  ...nothingTyped,
  parts: [newPart(), { ...newPart(), routes: [newRoute(), newRoute()] }],
  operations: [
    { ...newOperation(), word: 'can_edit' },
    { ...newOperation(), word: ' ' },
  ],
};

test.each([
  ['application', 'name'],
  ['host', 'hosts'],
  ['upstream', 'upstream'],
  ['request_headers', 'request_headers'],
  ['resources[1].part', 'resources[1].part'],
  ['resources[1].routes[1].path', 'resources[1].routes[1].path'],
  ['parts.resources[0].routes[0].methods', 'resources[0].routes[0].methods'],
  ['operations.can_edit', 'operations[0]'],
  ['operations', 'operations[1]'],
])('the server’s field %s stands at %s', (field, place) => {
  expect(placeOf(field, typed)).toBe(place);
});

test.each([
  'resources[2].part',
  'resources[0].routes[1].path',
  'operations.gone',
  'expected_version',
  'colour',
  '',
  undefined,
])('the form has no place for %s', (field) => {
  expect(placeOf(field, typed)).toBeUndefined();
});
