// Puts a rehearsed change in force. What it rests on is the plan that stands on the page, and nothing else.

import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ADMINISTERS } from '../../api/me.ts';
import { ProblemError } from '../../api/problem.ts';
import { DANGER } from '../../components/colours.ts';
import { FormAction, Sentences } from '../../components/FormAction.tsx';
import { texts } from '../../texts/index.ts';
import type { FinishedPlan } from './PlanRun.tsx';
import { applyPlan, type Files } from './query.ts';
import type { Settings } from './settings.ts';

const words = texts.pages.change;
const plans = texts.pages.plans;
const CONFLICT = 409;

export function ApplyPlan(props: {
  plan: FinishedPlan;
  files: Files;
  settings: Settings | undefined;
  expected: string | null;
  applied: () => void;
}) {
  const { plan, files, settings, expected, applied } = props;
  const { job, report } = plan;
  const queries = useQueryClient();
  const removes = (report.removed ?? []).filter(({ kind }) => kind === 'guardrail').map(({ id }) => id);
  const isUnknown = report.basis?.verdict !== 'known';
  const reason = { name: 'why', label: words.reason };
  const accept = { name: 'accept', label: words.acceptUnknown, about: words.acceptUnknownAbout };
  const { newly_denied: denied, newly_allowed: allowed } = report;
  return (
    <FormAction
      label={words.apply}
      need={ADMINISTERS}
      fields={isUnknown ? [reason, accept] : [reason]}
      preview={() => (
        <>
          <Sentences
            of={[
              words.applies,
              denied.accesses > 0 ? plans.stops(denied.people, denied.services, denied.accesses) : plans.stopsNobody,
              allowed.accesses > 0
                ? plans.letsIn(allowed.people, allowed.services, allowed.accesses)
                : plans.letsInNobody,
              words.restsOn(job.digest ?? ''),
            ]}
          />
          {removes.length > 0 && <Text c={DANGER}>{words.removesGuardrails(removes.join(', '))}</Text>}
        </>
      )}
      act={async ({ why = '', accept: acceptUnknown }) => {
        try {
          await applyPlan({ files, settings, expected, plan: job.id, why, acceptUnknown, removes });
        } catch (error) {
          // Another set is in force by now: the page asks for it, and shows the conflict.
          if (error instanceof ProblemError && error.status === CONFLICT) {
            await queries.invalidateQueries({ queryKey: ['policies'] });
          }
          throw error;
        }
        applied();
      }}
    />
  );
}
