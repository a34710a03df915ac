// The editor of a policy file. This file is loaded with the page that changes policies.

import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { StreamLanguage } from '@codemirror/language';
import { type EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { goTo, heights, markLines, TextEditor } from '../../components/TextEditor.tsx';
import { texts } from '../../texts/index.ts';
import { suggestionsAt } from './completion.ts';
import type { Vocabulary } from './query.ts';

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

/** Offers what can stand where the cursor is. */
function offered(asked: CompletionContext, known: Vocabulary | undefined): CompletionResult | null {
  const line = asked.state.doc.lineAt(asked.pos);
  const found = known && suggestionsAt(line.text.slice(0, asked.pos - line.from), known, texts.pages.change.completion);
  if (!found || found.options.length === 0) return null;
  return {
    from: line.from + found.from,
    options: found.options.map(({ label, detail, apply, kind }) => ({ label, detail, apply, type: KINDS[kind] })),
    validFor: /^[\w:]*$/,
  };
}

/** The library's names of kinds. */
const KINDS = { attribute: 'property', name: 'constant', type: 'type', annotation: 'keyword', keyword: 'keyword' };

/** A line to go to. Each is a new object, so that one can be gone to again. */
export interface LinePlace {
  line: number;
}

/** Edits one file. Another file takes another editor (`key`). */
export default function SourceEditor(props: {
  path: string;
  value: string;
  change: (text: string) => void;
  faulty: readonly number[];
  place: LinePlace | undefined;
  /** What a policy can name, once the server has said so. */
  vocabulary: Vocabulary | undefined;
}) {
  const { path, value, change, faulty, place, vocabulary } = props;
  const view = useRef<EditorView>(null);
  // The editor is made once; its completion asks what is known now.
  const known = useRef(vocabulary);
  known.current = vocabulary;
  useEffect(() => {
    if (view.current) markLines(view.current, faulty);
  }, [faulty]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || !place || place.line > editor.state.doc.lines) return;
    goTo(editor, editor.state.doc.line(place.line).from);
  }, [place]);
  return (
    <TextEditor
      label={texts.pages.change.editor(path)}
      value={value}
      change={change}
      view={view}
      extensions={() => [
        cedar,
        heights('16rem', '32rem'),
        autocompletion({ override: [(asked) => offered(asked, known.current)] }),
        keymap.of(completionKeymap),
      ]}
    />
  );
}
