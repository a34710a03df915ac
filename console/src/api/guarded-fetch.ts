// The one way to the server. A request whose session has ended waits until the person has signed in again, and one that
// needs a fresh passkey waits until it was shown; then the same request is sent once more, so nothing is lost.

import { connectionLost, connectionWorks } from './connection.ts';
import { opensWithPasskey, type ProblemDocument, UnreachableError } from './problem.ts';
import { proveAgain, signInAgain } from './proof.ts';

/** Sends a request, and the same one again after the person proved what it lacked. */
export async function guardedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await send(request);
  if (answer.status === 401) return (await signInAgain()) ? send(again) : answer;
  if (answer.status === 403 && request.method !== 'GET') {
    const problem = (await answer
      .clone()
      .json()
      .catch(() => ({}))) as Partial<ProblemDocument>;
    if (opensWithPasskey(problem.remedies ?? [])) return (await proveAgain()) ? send(again) : answer;
  }
  return answer;
}

async function send(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    connectionWorks();
    return answer;
  } catch (error) {
    if (request.signal.aborted) throw error;
    connectionLost();
    throw new UnreachableError();
  }
}
