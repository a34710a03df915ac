// The editor of questions. This file alone knows the library that edits text, and is loaded with the page that asks.

import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { nonce } from '../../shell/nonce.ts';
import { texts } from '../../texts/index.ts';
import classes from './Editor.module.css';
import type { Table } from './query.ts';
import { rangeOf, type Spot } from './spot.ts';

const highlights = HighlightStyle.define([
  { tag: tags.keyword, color: 'light-dark(#3b2fb3, #a5b4fc)', fontWeight: 'bold' },
  { tag: tags.string, color: 'light-dark(#1c6b3a, #8ce99a)' },
  { tag: tags.number, color: 'light-dark(#8a3b00, #ffc078)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { fontSize: 'var(--mantine-font-size-sm)', minHeight: '10rem', maxHeight: '24rem' },
  '.cm-scroller': { overflow: 'auto', minHeight: '10rem', fontFamily: 'var(--mantine-font-family-monospace)' },
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

const setFault = StateEffect.define<Spot | undefined>();
const faultMark = Decoration.mark({ class: classes.fault });

/** The place that the server found faulty, until the text is changed. */
const fault = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(held, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setFault)) continue;
      if (!effect.value) return Decoration.none;
      const { from, to } = rangeOf(transaction.newDoc.toString(), effect.value);
      return from < to ? Decoration.set([faultMark.range(from, to)]) : Decoration.none;
    }
    return transaction.docChanged ? Decoration.none : held;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export default function Editor(props: {
  value: string;
  change: (text: string) => void;
  run: () => void;
  tables: readonly Table[];
  spot: Spot | undefined;
}) {
  const { value, tables, spot } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const language = useRef(new Compartment());
  // The editor is made once; it calls what the page passed last.
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          EditorView.contentAttributes.of({ 'aria-label': texts.pages.ask.editor }),
          EditorView.lineWrapping,
          lineNumbers(),
          history(),
          closeBrackets(),
          autocompletion(),
          syntaxHighlighting(highlights),
          look,
          fault,
          language.current.of([]),
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                latest.current.run();
                return true;
              },
            },
            ...completionKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const schema = Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
    view.current?.dispatch({ effects: language.current.reconfigure(sql({ dialect: PostgreSQL, schema })) });
  }, [tables]);
  useEffect(() => {
    const held = view.current?.state.doc.toString();
    if (held === undefined || held === value) return;
    view.current?.dispatch({ changes: { from: 0, to: held.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    editor?.dispatch({ effects: setFault.of(spot) });
    if (!editor || !spot) return;
    const { from } = rangeOf(editor.state.doc.toString(), spot);
    editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    editor.focus();
  }, [spot]);
  return <div ref={place} className={classes.editor} />;
}
