// What was typed into the form of an application, what the server says about it, and at which field.

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { ProblemError } from '../../api/problem.ts';
import { texts } from '../../texts/index.ts';
import { placeOf } from './places.ts';
import { checkUpstream } from './query.ts';
import { problemOfForm, useMeaning } from './RequestMeaning.tsx';
import { type Declaration, declarationOf, repeatedOperations, type Stage, type Typed } from './typed.ts';

const words = texts.pages.protect;

/** What the refusal of the form marks; the request that is only looked up is no part of what is declared. */
const FAULTY = '[aria-invalid="true"]:not([data-look-up] *)';

export type ApplicationForm = ReturnType<typeof useApplicationForm>;

/** Has the server check the upstream of a declaration, asked as people will ask. */
export const checked = ({ upstream, hosts }: Declaration) => checkUpstream(upstream, hosts[0]);

/**
 * Holds the form. `preview` shows what would come of what was typed, and `commit` carries out what was shown. The server
 * judges both.
 */
export function useApplicationForm<S>(of: {
  initial: Typed;
  stage: Stage;
  /** The form has a field for the name, which an application keeps. */
  isNew: boolean;
  preview: (typed: Typed) => Promise<S>;
  commit: (shown: S) => Promise<unknown>;
  done: (shown: S) => void;
}) {
  const { initial, stage, isNew, preview, commit, done } = of;
  const [typed, setTyped] = useState(initial);
  const element = useRef<HTMLFormElement>(null);
  const focusFaulty = useCallback(() => element.current?.querySelector<HTMLElement>(FAULTY)?.focus(), []);
  const meaning = useMeaning(typed);
  const checking = useMutation({ mutationFn: () => checked(declarationOf(typed, stage)) });
  const showing = useMutation({ mutationFn: () => preview(typed) });
  const committing = useMutation({ mutationFn: commit, onSuccess: (_, shown) => done(shown) });
  const refusal = showing.error ?? checking.error;
  // The field is marked by now, and leads the keyboard, and the page, to what is wrong.
  useEffect(() => {
    if (refusal) focusFaulty();
  }, [refusal, focusFaulty]);
  const reset = () => {
    checking.reset();
    showing.reset();
    committing.reset();
  };
  const error = committing.error ?? showing.error ?? checking.error;
  const problem = (error ?? problemOfForm(meaning)) as unknown;
  const { field, detail, remedy } = problem instanceof ProblemError ? problem.problem : {};
  const found = placeOf(field, typed);
  const place = found === 'name' && !isNew ? undefined : found;
  const isShown = showing.isSuccess;
  return {
    typed,
    change: (changed: Partial<Typed>) => {
      setTyped((held) => ({ ...held, ...changed }));
      reset();
    },
    /** Replaces all that was typed. */
    replace: (next: Typed) => {
      setTyped(next);
      reset();
    },
    declaration: declarationOf(typed, stage),
    errorOf: (at: string) => (at === place && detail ? words.refused(detail, remedy ?? undefined) : undefined),
    /** What the server said that stands at no field. */
    error: error && (!place || isShown) ? error : undefined,
    meaning,
    checking,
    shown: showing.data,
    isShowing: showing.isPending,
    isCommitting: committing.isPending,
    commit: () => isShown && committing.mutate(showing.data),
    back: () => {
      showing.reset();
      committing.reset();
    },
    element,
    submit: (event: FormEvent) => {
      event.preventDefault();
      if (repeatedOperations(typed).length > 0) focusFaulty();
      else showing.mutate();
    },
  };
}
