// Which of what waits is for the signed-in person to answer: what somebody else asked for.

interface Waiting<G, P> {
  grants: G[];
  proposals: P[];
}

/** Returns what `me` may answer, and how much of their own waits for others. */
export function waitingFor<G extends { person: string }, P extends { by: string }>(
  me: string | undefined,
  { grants, proposals }: Waiting<G, P>,
): Waiting<G, P> & { own: number } {
  const mine = {
    grants: grants.filter(({ person }) => person !== me),
    proposals: proposals.filter(({ by }) => by !== me),
  };
  const own = grants.length + proposals.length - mine.grants.length - mine.proposals.length;
  return { ...mine, own };
}
