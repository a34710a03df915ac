// Refusals of the server, as problem documents (RFC 9457).

import { texts } from '../texts/index.ts';
import type { components } from './schema.ts';

export type ProblemDocument = components['schemas']['Problem'];
export type Remedy = components['schemas']['RefusalRemedy'];

/** The server refused a request. */
export class ProblemError extends Error {
  readonly status: number;
  readonly problem: ProblemDocument;

  constructor(status: number, problem: ProblemDocument | undefined) {
    const known = problem ?? {
      type: 'about:blank',
      title: texts.states.failed,
      status,
      detail: texts.states.noDetail(status),
    };
    super(known.detail);
    this.name = 'ProblemError';
    this.status = status;
    this.problem = known;
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {
  constructor() {
    super(texts.connection.unreachable);
    this.name = 'UnreachableError';
  }
}

/** Returns whether a fresh passkey alone would let a refused request pass. */
export function opensWithPasskey(remedies: readonly Remedy[]): boolean {
  return remedies.length > 0 && remedies.every(({ remedy }) => remedy === 're-authenticate');
}
