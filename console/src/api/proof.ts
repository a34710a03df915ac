// Signing in again and proving again, without leaving the page: what is typed stays where it is.

import { useSyncExternalStore } from 'react';
import { texts } from '../texts/index.ts';

/** What the person is asked for. */
export type ProofKind = 'sign-in' | 'step-up';

/** A proof that is asked for now. */
export interface AskedProof {
  kind: ProofKind;
  /** Ends the question: with true once the proof was accepted. */
  settle: (proved: boolean) => void;
}

let asked: AskedProof | undefined;
let answer: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

/** Asks for one proof at a time: requests that lack the same one wait for the same answer. */
function ask(kind: ProofKind): Promise<boolean> {
  if (answer && asked?.kind === kind) return answer;
  const asking = new Promise<boolean>((resolve) => {
    asked = {
      kind,
      settle: (proved) => {
        asked = undefined;
        answer = undefined;
        tell();
        resolve(proved);
      },
    };
  });
  answer = asking;
  tell();
  return asking;
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Asks the person to sign in again. Resolves to whether they did. */
export const signInAgain = (): Promise<boolean> => ask('sign-in');

/** Asks the person for a fresh passkey. Resolves to whether they showed it. */
export const proveAgain = (): Promise<boolean> => ask('step-up');

/** The proof that is asked for now, for the dialogue. */
export function useAskedProof(): AskedProof | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}

/** What the authenticator answered, as JSON: the parts that the server judges. */
interface ShownPasskey {
  id: string;
  rawId: string;
  type: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
  clientExtensionResults: unknown;
}

/** Lets the person use a passkey at the sign-in host. Throws with words for the person if that did not work. */
export async function usePasskey(kind: ProofKind): Promise<void> {
  const begun = await post<{ ceremony: string; publicKey: PublicKeyCredentialRequestOptionsJSON }>(
    `/${kind}/start`,
    {},
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.publicKey);
  let credential: Credential | null;
  try {
    credential = await navigator.credentials.get({ publicKey });
  } catch {
    throw new Error(texts.proof.closed);
  }
  if (!(credential instanceof PublicKeyCredential)) throw new Error(texts.proof.closed);
  const { id, rawId, type, response, clientExtensionResults } = credential.toJSON() as ShownPasskey;
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  await post(`/${kind}/finish`, {
    ceremony: begun.ceremony,
    credential: {
      id,
      rawId,
      type,
      response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
      clientExtensionResults,
    },
    target: {},
  });
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
  }).catch(() => {
    throw new Error(texts.connection.unreachable);
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.detail ?? texts.states.noDetail(answer.status));
  return json as T;
}

/** Ends one of the person's own sessions. It is the sign-in host's own command, which needs no privilege. */
export async function endOwnSession(session: string): Promise<void> {
  const answer = await fetch('/sessions/end', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session }),
  });
  if (!answer.ok)
    throw new Error((await answer.json().catch(() => ({}))).detail ?? texts.states.noDetail(answer.status));
}
