// The editor of text, in any language. A file of a page that imports it is loaded with `lazy`: the library is large.

import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Annotation, EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type RefObject, useEffect, useRef } from 'react';
import { nonce } from '../shell/nonce.ts';
import classes from './TextEditor.module.css';

const highlights = HighlightStyle.define([
  { tag: tags.keyword, color: 'light-dark(#3b2fb3, #a5b4fc)', fontWeight: 'bold' },
  { tag: tags.string, color: 'light-dark(#1c6b3a, #8ce99a)' },
  { tag: tags.number, color: 'light-dark(#8a3b00, #ffc078)' },
  { tag: tags.meta, color: 'light-dark(#8a3b00, #ffc078)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { fontSize: 'var(--mantine-font-size-sm)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--mantine-color-default-border)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-tooltip': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)' },
});

/** Returns the extension that gives the editor at least the first height, and at most the second. */
export const heights = (least: string, most: string): Extension =>
  EditorView.theme({ '&': { minHeight: least, maxHeight: most }, '.cm-scroller': { minHeight: least } });

/** Says that the page itself put a text here, which is no edit of the person. */
const byPage = Annotation.define<boolean>();

const setFaults = StateEffect.define<DecorationSet>();

/** The places that the server found faulty, until the text is changed. */
const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(held, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFaults)) return effect.value;
    return transaction.docChanged ? Decoration.none : held;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const faultWord = Decoration.mark({ class: classes.fault });
const faultLine = Decoration.line({ class: classes.fault });

/** Marks a range of characters as faulty, and nothing else. An empty range marks nothing. */
export function markWord(view: EditorView, range: { from: number; to: number } | undefined): void {
  const isMarked = range && range.from < range.to;
  const marked = isMarked ? Decoration.set([faultWord.range(range.from, range.to)]) : Decoration.none;
  view.dispatch({ effects: setFaults.of(marked) });
}

/** Marks the lines with these numbers as faulty, and nothing else. */
export function markLines(view: EditorView, numbers: readonly number[]): void {
  const { doc } = view.state;
  const lines = [...new Set(numbers)].filter((line) => line >= 1 && line <= doc.lines).toSorted((a, b) => a - b);
  view.dispatch({ effects: setFaults.of(Decoration.set(lines.map((line) => faultLine.range(doc.line(line).from)))) });
}

/** Puts the cursor at a place, shows it, and lets the person type there. */
export function goTo(view: EditorView, at: number): void {
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  view.focus();
}

export function TextEditor(props: {
  label: string;
  value: string;
  change: (text: string) => void;
  /** The language, the keys and the size. Read once, when the editor is made; its keys come before the usual ones. */
  extensions: () => Extension;
  /** Holds the editor while it is shown. */
  view: RefObject<EditorView | null>;
}) {
  const { value, view } = props;
  const place = useRef<HTMLDivElement>(null);
  // The editor is made once; it calls what the page passed last.
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!place.current) return;
    const { label, value: doc, extensions } = latest.current;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          // What can be edited can be focused; the attribute says so to whoever looks for it.
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          lineNumbers(),
          history(),
          closeBrackets(),
          syntaxHighlighting(highlights),
          look,
          faults,
          extensions(),
          keymap.of([...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            const isTyped = update.transactions.some((one) => one.docChanged && !one.annotation(byPage));
            if (isTyped) latest.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [view]);
  useEffect(() => {
    const held = view.current?.state.doc.toString();
    if (held === undefined || held === value) return;
    view.current?.dispatch({ changes: { from: 0, to: held.length, insert: value }, annotations: byPage.of(true) });
  }, [view, value]);
  return <div ref={place} className={classes.editor} />;
}
