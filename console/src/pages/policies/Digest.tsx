// A digest as it stands in a table: its first digits. Pointed at, it shows whole.

import { shortVersion } from './select.ts';
import classes from './Whole.module.css';

export function Digest({ of }: { of: string }) {
  return (
    <code title={of} className={classes.whole}>
      {shortVersion(of)}
    </code>
  );
}
