// Which of what waits is for the signed-in person to answer: what somebody else asked for, and who is independent of them.

interface Answerable {
  caller?: { may: boolean } | null;
}

interface Waiting<G, P> {
  grants: G[];
  proposals: P[];
}

/** Returns what `me` may answer, how much of their own waits for others, and how much waits for whoever is independent. */
export function waitingFor<G extends Answerable & { person: string }, P extends Answerable & { by: string }>(
  me: string | undefined,
  { grants, proposals }: Waiting<G, P>,
): Waiting<G, P> & { own: number; ofOthers: number } {
  const others = {
    grants: grants.filter(({ person }) => person !== me),
    proposals: proposals.filter(({ by }) => by !== me),
  };
  const mine = {
    grants: others.grants.filter(({ caller }) => caller?.may),
    proposals: others.proposals.filter(({ caller }) => caller?.may),
  };
  const count = ({ grants, proposals }: Waiting<unknown, unknown>) => grants.length + proposals.length;
  const own = count({ grants, proposals }) - count(others);
  return { ...mine, own, ofOthers: count(others) - count(mine) };
}
