// A table of rows. What is sorted, filtered and paged is the server's work; this only shows it.

import { Table, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import classes from './DataTable.module.css';

/** One column. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** The field by which the server sorts the list for this column. */
  sort?: string;
}

/** How the list is sorted now. */
export interface Sorted {
  by: string | undefined;
  order: 'asc' | 'desc' | undefined;
  change: (field: string) => void;
}

export function DataTable<T>(props: {
  label: string;
  rows: T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  sorted?: Sorted;
}) {
  const { label, rows, columns, rowKey, sorted } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too.
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      {/* In a narrow window the rows are blocks, which would take the roles of a table away. */}
      <Table highlightOnHover verticalSpacing="xs" role="table" className={classes.table}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map(({ id, header, sort }) => (
              <HeaderCell key={id} header={header} sort={sort} sorted={sorted} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={rowKey(row)} row={row} columns={columns} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** Plain elements with the looks of the table: a list has hundreds of cells. */
function Row<T>({ row, columns }: { row: T; columns: Column<T>[] }) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: as a block it would lose its role.
    <tr role="row" className={Table.classes.tr} data-with-row-border data-hover>
      {columns.map(({ id, header, cell }) => (
        // biome-ignore lint/a11y/noRedundantRoles: as a block it would lose its role.
        <td key={id} role="cell" className={Table.classes.td} data-header={header}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

function HeaderCell({ header, sort, sorted }: { header: string; sort?: string; sorted?: Sorted }) {
  if (!sort || !sorted) {
    return (
      <Table.Th scope="col" role="columnheader">
        {header}
      </Table.Th>
    );
  }
  const order = sorted.by === sort ? (sorted.order ?? 'asc') : undefined;
  const said = order && (order === 'asc' ? 'ascending' : 'descending');
  return (
    <Table.Th scope="col" role="columnheader" aria-sort={said ?? 'none'}>
      <UnstyledButton
        className={classes.sort}
        onClick={() => sorted.change(sort)}
        aria-label={texts.list.sortBy(header)}
      >
        {header} <span aria-hidden="true">{order ? (order === 'asc' ? '\u25b2' : '\u25bc') : '\u2195'}</span>
      </UnstyledButton>
    </Table.Th>
  );
}
