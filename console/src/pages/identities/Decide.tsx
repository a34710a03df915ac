// What people decide about an account: whose it is, whose it is not, and that an earlier decision does not hold.

import { ADMINISTERS } from '../../api/me.ts';
import { ActionButton } from '../../components/ActionButton.tsx';
import { texts } from '../../texts/index.ts';
import { type Account, decide, type Place, placeOf, undo } from './query.ts';

const words = texts.pages.identities;

type Candidate = Account['candidates'][number];

export function LinkAccount({ account, candidate }: { account: Account; candidate: Candidate }) {
  return (
    <ActionButton
      label={words.link}
      preview={words.linkConfirm(account.name, candidate.name)}
      need={ADMINISTERS}
      reason={words.reason}
      act={(reason) => decide('linked', placeOf(account), placeOf(candidate), reason)}
    />
  );
}

export function SeparateAccount({ account, from, name }: { account: Account; from: Place; name: string }) {
  return (
    <ActionButton
      label={words.separate}
      preview={words.separateConfirm(account.name, name)}
      need={ADMINISTERS}
      reason={words.reason}
      act={(reason) => decide('separated', placeOf(account), placeOf(from), reason)}
    />
  );
}

export function UndoDecision({ account, decision }: { account: Account; decision: string }) {
  return (
    <ActionButton
      label={words.undo}
      preview={words.undoConfirm(account.name)}
      need={ADMINISTERS}
      reason={words.reason}
      act={(reason) => undo(decision, reason)}
    />
  );
}
