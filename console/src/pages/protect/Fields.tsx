// The controls of the form. Each has the error that the server gave for its place.

import { Select, Textarea, TextInput } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import type { Action, Sensitivity, Typed } from './typed.ts';

const applications = texts.pages.applications;

/** What a part of the form needs to show and to change what was typed. */
export interface Editing {
  typed: Typed;
  change: (changed: Partial<Typed>) => void;
  /** What the server said about the field at this place, if it said anything. */
  errorOf: (place: string) => string | undefined;
}

interface Control {
  label: string;
  about?: string;
  error?: string | undefined;
  id?: string;
  /** What is said about the field stands below it, so that fields beside each other stand in line. */
  below?: boolean;
}

const BELOW = ['label', 'input', 'description', 'error'] as const;
const orderOf = (below: boolean | undefined) => (below ? { inputWrapperOrder: [...BELOW] } : {});

export function Line(
  props: Control & { value: string; change: (value: string) => void; placeholder?: string; required?: boolean },
) {
  const { label, about: description, error, id, below, value, change, placeholder, required } = props;
  return (
    <TextInput
      {...orderOf(below)}
      {...{ label, description, error, id, placeholder, required, value }}
      maxLength={2000}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** Several items, apart by spaces, commas or lines. */
export function Items(props: Control & { value: string; change: (value: string) => void }) {
  const { label, about: description, error, id, value, change } = props;
  return (
    <Textarea
      {...{ label, description, error, id, value }}
      autosize
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

const optionsOf = (labels: Record<string, string>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const sensitivities = optionsOf(applications.sensitivities);
const actions = optionsOf(texts.pages.decisions.actions);

/** A choice among these, or none: then `placeholder` says what counts. */
function Choice<T extends string>(
  props: Control & {
    options: { value: string; label: string }[];
    value: T | '';
    change: (value: T | '') => void;
    placeholder?: string;
    always?: boolean;
  },
) {
  const { label, about: description, error, below, options, value, change, placeholder, always } = props;
  return (
    <Select
      {...orderOf(below)}
      {...{ label, description, error, placeholder }}
      data={options}
      clearable={!always}
      allowDeselect={!always}
      value={value || null}
      onChange={(chosen) => change((chosen ?? '') as T | '')}
    />
  );
}

export const SensitivityChoice = (
  props: Control & { value: Sensitivity | ''; change: (value: Sensitivity | '') => void; placeholder?: string },
) => <Choice options={sensitivities} {...props} />;

export const ActionChoice = (
  props: Control & { value: Action | ''; change: (value: Action | '') => void; placeholder?: string; always?: boolean },
) => <Choice options={actions} {...props} />;
