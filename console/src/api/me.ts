// Who is signed in, and what the policies would answer them now.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { opensWithPasskey, type Remedy } from './problem.ts';

export type Me = Schemas['CallerReport'];
export type ControlResource = 'self' | 'approvals' | 'control';
export type ControlAction = 'read' | 'write' | 'administer';

/** What somebody needs for a page or an action. */
export interface Need {
  resource: ControlResource;
  action: ControlAction;
}

export const READS_CONTROL: Need = { resource: 'control', action: 'read' };
export const ADMINISTERS: Need = { resource: 'control', action: 'administer' };
export const READS_APPROVALS: Need = { resource: 'approvals', action: 'read' };
export const ANSWERS: Need = { resource: 'approvals', action: 'write' };
export const READS_OWN: Need = { resource: 'self', action: 'read' };
export const WRITES_OWN: Need = { resource: 'self', action: 'write' };

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => answerOf(api.GET('/api/v1/me')),
  // A grant that is approved, or a device that is mended, shows without a reload.
  refetchInterval: 60_000,
});

/** The id of the signed-in person. Pages show only once it is known. */
export function useOwnId(): string {
  return useQuery(meQuery).data?.id ?? '';
}

/** What the policies answer about one need. */
export interface Permission {
  /** The person may do it, perhaps after a fresh passkey. */
  allowed: boolean;
  /** What would open it, if not. */
  remedies: readonly Remedy[];
  /** The reasons of the policies that refuse. */
  reasons: readonly string[];
}

/** Returns what the policies answer. While nothing is known, nothing is allowed. */
export function permissionOf(me: Me | undefined, need: Need): Permission {
  const found = me?.permissions.find(({ resource, action }) => resource === need.resource && action === need.action);
  if (!found) return { allowed: false, remedies: [], reasons: [] };
  const remedies = found.remedies ?? [];
  const allowed = found.allowed || (need.action !== 'read' && opensWithPasskey(remedies));
  return { allowed, remedies: allowed ? [] : remedies, reasons: (found.reasons ?? []).map(({ text }) => text) };
}

export function usePermission(need: Need): Permission {
  return permissionOf(useQuery(meQuery).data, need);
}
