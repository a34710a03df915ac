// What differs between two declarations, as a table.

import { DataTable } from '../../components/DataTable.tsx';
import { texts } from '../../texts/index.ts';
import type { Change } from './compare.ts';

const words = texts.pages.protect;

export function ChangesTable({ label, changes }: { label: string; changes: Change[] }) {
  return (
    <DataTable
      label={label}
      rows={changes}
      rowKey={({ field }) => field}
      columns={[
        { id: 'field', header: words.field, cell: ({ field }) => field },
        { id: 'before', header: words.before, cell: ({ before }) => before },
        { id: 'after', header: words.after, cell: ({ after }) => after },
      ]}
    />
  );
}
