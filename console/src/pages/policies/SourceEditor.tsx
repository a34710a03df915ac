// The editor of a policy file. This file is loaded with the page that changes policies.

import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { nonce } from '../../shell/nonce.ts';
import { texts } from '../../texts/index.ts';
import classes from './SourceEditor.module.css';

const KEYWORD =
  /^(permit|forbid|when|unless|principal|action|resource|context|in|is|has|like|if|then|else|true|false)\b/;

/** Cedar as far as colours need it: keywords, annotations, texts, numbers, comments. */
const cedar = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^(\/\/|#).*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^@\w+/)) return 'meta';
    if (stream.match(/^\d+/)) return 'number';
    if (stream.match(KEYWORD)) return 'keyword';
    if (!stream.match(/^\w+/)) stream.next();
    return null;
  },
});

const highlights = HighlightStyle.define([
  { tag: tags.keyword, color: 'light-dark(#3b2fb3, #a5b4fc)', fontWeight: 'bold' },
  { tag: tags.string, color: 'light-dark(#1c6b3a, #8ce99a)' },
  { tag: tags.number, color: 'light-dark(#8a3b00, #ffc078)' },
  { tag: tags.meta, color: 'light-dark(#8a3b00, #ffc078)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { fontSize: 'var(--mantine-font-size-sm)', minHeight: '16rem', maxHeight: '32rem' },
  '.cm-scroller': { overflow: 'auto', minHeight: '16rem', fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--mantine-color-default-border)',
  },
  '&.cm-focused': { outline: 'none' },
});

const setFaults = StateEffect.define<readonly number[]>();
const faultLine = Decoration.line({ class: classes.fault });

/** The lines that the server found faulty, until the text is changed. */
const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(held, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setFaults)) continue;
      const doc = transaction.newDoc;
      const lines = [...new Set(effect.value)]
        .filter((line) => line >= 1 && line <= doc.lines)
        .toSorted((a, b) => a - b);
      return Decoration.set(lines.map((line) => faultLine.range(doc.line(line).from)));
    }
    return transaction.docChanged ? Decoration.none : held;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** A line to go to. Each is a new object, so that one can be gone to again. */
export interface LinePlace {
  line: number;
}

export default function SourceEditor(props: {
  path: string;
  value: string;
  change: (text: string) => void;
  faulty: readonly number[];
  place: LinePlace | undefined;
}) {
  const { path, value, faulty, place } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  // The editor is made once for a file; it calls what the page passed last.
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!parent.current) return;
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          // What can be edited can be focused; the attribute says so to whoever looks for it.
          EditorView.contentAttributes.of({ 'aria-label': texts.pages.change.editor(path), tabindex: '0' }),
          lineNumbers(),
          history(),
          closeBrackets(),
          cedar,
          syntaxHighlighting(highlights),
          look,
          faults,
          keymap.of([...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            const text = update.state.doc.toString();
            // What the page itself put here is no edit of the person.
            if (update.docChanged && text !== latest.current.value) latest.current.change(text);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [path]);
  useEffect(() => {
    const held = view.current?.state.doc.toString();
    if (held === undefined || held === value) return;
    view.current?.dispatch({ changes: { from: 0, to: held.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: setFaults.of(faulty) });
  }, [faulty]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || !place || place.line > editor.state.doc.lines) return;
    editor.dispatch({ selection: { anchor: editor.state.doc.line(place.line).from }, scrollIntoView: true });
    editor.focus();
  }, [place]);
  return <div ref={parent} className={classes.editor} />;
}
