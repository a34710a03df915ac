// The text of a policy, read only, with the numbers of its lines in the file.

import classes from './Source.module.css';

export function Source(props: {
  label: string;
  text: string;
  /** The number of the first line. */
  first: number;
  /** The numbers of the lines in which something was found. */
  marked: readonly number[];
}) {
  const { label, text, first, marked } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too.
    <section aria-label={label} tabIndex={0} className={classes.source}>
      {text.split('\n').map((line, at) => {
        const number = first + at;
        const isMarked = marked.includes(number);
        return (
          <div key={number} data-line={number} className={`${classes.line} ${isMarked ? classes.found : ''}`}>
            <code>{line || ' '}</code>
          </div>
        );
      })}
    </section>
  );
}
