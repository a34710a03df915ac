import { expect, test } from 'vitest';
import { failing, nextStep, type RegisterFigures, type Status } from './overview.ts';

const register = {
  live: 0,
  discovered: 0,
  owned: 0,
  documented: 0,
  lapsed: 0,
  eliminated: 0,
  drifted: 0,
} as RegisterFigures;

function status(
  change: { counts?: object; journal?: object; evidence?: object; policies?: object; components?: object[] } = {},
) {
  return {
    counts: { applications: 4, administrators_with_passkeys: 2, grants_requested: 0, ...change.counts },
    journal: { connected: true, ...change.journal },
    evidence: { ...change.evidence },
    policies: { overdue: 0, ...change.policies },
    components: change.components,
  } as unknown as Status;
}

test('what endangers answers comes before what is lacking, and that before what waits', () => {
  const worst = {
    counts: { applications: 1, grants_requested: 3 },
    evidence: { problem: 'full' },
    journal: { connected: false },
  };
  expect(nextStep(status(worst), register).name).toBe('mendJournal');
  expect(nextStep(status({ ...worst, journal: {} }), register).name).toBe('mendEvidence');
  expect(nextStep(status({ policies: { problem: 'line 3' } }), register).name).toBe('mendPolicies');
  expect(nextStep(status({ counts: { applications: 1, grants_requested: 3 } }), register).name).toBe('protect');
  expect(nextStep(status({ counts: { administrators_with_passkeys: 1, grants_requested: 3 } }), register).name).toBe(
    'secondAdministrator',
  );
  expect(nextStep(status({ counts: { grants_requested: 3 }, policies: { overdue: 1 } }), register)).toEqual({
    name: 'answerGrants',
    to: '/grants?state=requested',
  });
  expect(nextStep(status({ policies: { overdue: 1 } }), register).name).toBe('reviewPolicies');
  expect(nextStep(status(), { ...register, lapsed: 1 }).name).toBe('assignTrusts');
  expect(nextStep(status(), register).name).toBe('nothing');
});

test('what is failing is said in the words of the server', () => {
  expect(failing(status())).toEqual([]);
  const components = [
    { name: 'metrics', state: 'failed', last_failure: 'no address' },
    { name: 'checkpoints', state: 'running' },
  ];
  expect(
    failing(status({ journal: { broken: 'entry 7' }, evidence: { store: { problem: 'denied' } }, components })),
  ).toEqual(['entry 7', 'denied', 'metrics: no address']);
});
