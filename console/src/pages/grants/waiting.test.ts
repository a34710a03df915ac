import { expect, test } from 'vitest';
import { waitingFor } from './waiting.ts';

const yes = { caller: { may: true } };
const no = { caller: { may: false } };

test('what I asked for myself waits for others, and the rest for me', () => {
  const all = {
    grants: [
      { person: 'per_me', ...no },
      { person: 'per_other', ...yes },
    ],
    proposals: [
      { by: 'per_other', ...yes },
      { by: 'svc_job', ...yes },
      { by: 'per_me', ...no },
    ],
  };
  expect(waitingFor('per_me', all)).toEqual({
    grants: [{ person: 'per_other', ...yes }],
    proposals: [
      { by: 'per_other', ...yes },
      { by: 'svc_job', ...yes },
    ],
    own: 2,
    ofOthers: 0,
  });
});

test('what somebody asks for whom I vouch for waits for another person', () => {
  const all = { grants: [{ person: 'per_friend', ...no }], proposals: [{ by: 'per_friend', ...no }] };
  expect(waitingFor('per_me', all)).toEqual({ grants: [], proposals: [], own: 0, ofOthers: 2 });
});
