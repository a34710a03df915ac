// The parts of an application with the label that counts for each.

import type { Application } from './query.ts';

export interface Part {
  part: string;
  sensitivity: Application['labels'][string] | undefined;
  /** The requests that mean it, as `GET,HEAD /admin/** (administer)`. */
  routes: string[];
}

type Route = NonNullable<NonNullable<Application['declared']['resources']>[number]['routes']>[number];

/** Returns a route in one line, as `GET,HEAD /admin/** (administer)`. */
export function routeInWords({ methods, path, action }: Route): string {
  const asked = methods?.length ? `${methods.join(',')} ${path}` : path;
  return action ? `${asked} (${action})` : asked;
}

/** Returns the parts in the order of the declaration. A label that was set later counts before the declared one. */
export function partsOf({ name, declared, labels }: Application): Part[] {
  return (declared.resources ?? []).map(({ part, sensitivity, routes }) => ({
    part,
    sensitivity: labels[`${name}/${part}`] ?? sensitivity ?? declared.sensitivity ?? undefined,
    routes: (routes ?? []).map(routeInWords),
  }));
}
