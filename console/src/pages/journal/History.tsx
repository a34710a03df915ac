// The history of one thing: the facts of the journal that name it, the newest first.

import { READS_CONTROL, usePermission } from '../../api/me.ts';
import { DetailSection } from '../../components/DetailPage.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { FactTable } from './FactTable.tsx';
import { listFacts } from './query.ts';

const words = texts.pages.journal;

/**
 * Shows the facts about an id, or about a name with its kind (`group:staff`). Facts are for whoever may read the control
 * plane: the section is left out for others.
 */
export function History({ about, kind }: { about: string; kind?: string }) {
  const reading = usePermission(READS_CONTROL);
  if (!reading.allowed) return null;
  const search = { about, ...(kind && { kind }) };
  return (
    <DetailSection title={words.history} queryKey={['facts', search]} load={() => listFacts(search)}>
      {({ items, next }) => (
        <>
          <FactTable label={words.history} facts={items} />
          {next && (
            <RouteLink to="/journal" search={{ ...search, cursor: next }}>
              {words.earlier}
            </RouteLink>
          )}
        </>
      )}
    </DetailSection>
  );
}
