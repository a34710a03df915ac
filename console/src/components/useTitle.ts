// The title of the document, by which tabs and histories name a page.

import { useEffect } from 'react';
import { texts } from '../texts/index.ts';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} - ${texts.product}`;
  }, [title]);
}
