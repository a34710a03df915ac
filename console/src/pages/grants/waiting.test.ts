import { expect, test } from 'vitest';
import { waitingFor } from './waiting.ts';

test('what I asked for myself waits for others, and the rest for me', () => {
  const all = {
    grants: [{ person: 'per_me' }, { person: 'per_other' }],
    proposals: [{ by: 'per_other' }, { by: 'svc_job' }, { by: 'per_me' }],
  };
  expect(waitingFor('per_me', all)).toEqual({
    grants: [{ person: 'per_other' }],
    proposals: [{ by: 'per_other' }, { by: 'svc_job' }],
    own: 2,
  });
});
