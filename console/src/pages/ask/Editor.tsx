// The editor of questions: SQL, with the tables that can be asked. It is loaded with the page that asks.

import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { Compartment } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { goTo, heights, markWord, TextEditor } from '../../components/TextEditor.tsx';
import { texts } from '../../texts/index.ts';
import type { Table } from './query.ts';
import { rangeOf, type Spot } from './spot.ts';

export default function Editor(props: {
  value: string;
  change: (text: string) => void;
  run: () => void;
  tables: readonly Table[];
  spot: Spot | undefined;
}) {
  const { value, change, run, tables, spot } = props;
  const view = useRef<EditorView>(null);
  const language = useRef(new Compartment());
  // The editor is made once; its key asks what stands there now.
  const ask = useRef(run);
  ask.current = run;
  const runs = () => {
    ask.current();
    return true;
  };
  useEffect(() => {
    const schema = Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
    view.current?.dispatch({ effects: language.current.reconfigure(sql({ dialect: PostgreSQL, schema })) });
  }, [tables]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const range = spot && rangeOf(editor.state.doc.toString(), spot);
    markWord(editor, range);
    if (range) goTo(editor, range.from);
  }, [spot]);
  return (
    <TextEditor
      label={texts.pages.ask.editor}
      value={value}
      change={change}
      view={view}
      extensions={() => [
        EditorView.lineWrapping,
        autocompletion(),
        heights('10rem', '24rem'),
        language.current.of([]),
        keymap.of([{ key: 'Mod-Enter', run: runs }, ...completionKeymap]),
      ]}
    />
  );
}
