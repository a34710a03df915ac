// A path as a chain that can be read aloud: each node, and what leads to the next one.

import { Badge, Text } from '@mantine/core';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import classes from './PathChain.module.css';
import type { AccessNode, AccessPath, AccessStep } from './query.ts';

const words = texts.pages.access;
const inventory = texts.pages.inventory;

export function PathChain({ of: { length, steps } }: { of: AccessPath }) {
  const [first] = steps;
  if (!first) return null;
  return (
    <ol className={classes.chain}>
      <li>
        <NodeLink node={first.from} />
      </li>
      {steps.map((step) => (
        <li key={`${step.from.key} ${step.relation} ${step.to.key}`}>
          <StepWords step={step} />
          <NodeLink node={step.to} />
        </li>
      ))}
      {length > steps.length && <li>{words.moreSteps(length - steps.length)}</li>}
    </ol>
  );
}

function StepWords({ step }: { step: AccessStep }) {
  const { relation, level, conditional, rights, granted_by: place, authorised_by: who } = step;
  const more = [
    level && relation === 'may' && inventory.levels[level],
    rights,
    conditional && inventory.conditional,
    place && words.grantedBy(place),
    who && words.authorisedBy(who),
  ].filter(Boolean);
  return (
    <span className={classes.step}>
      <span aria-hidden="true">{'\u2192'} </span>
      {words.relations[relation]}
      {more.length > 0 && (
        <Text component="span" size="sm" c="dimmed">
          {` (${more.join('; ')})`}
        </Text>
      )}{' '}
    </span>
  );
}

export function NodeLink({ node }: { node: AccessNode }) {
  const { source, key, name, kind, tier_zero: isTierZero } = node;
  return (
    <>
      {kind ? (
        <RouteLink to="/inventory/node" search={{ source, key }} isUnderlined>
          {name}
        </RouteLink>
      ) : (
        name
      )}
      {isTierZero && (
        <Badge ml="xs" color="red" variant="outline">
          {words.tierZero}
        </Badge>
      )}
    </>
  );
}
