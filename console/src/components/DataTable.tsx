// A table of rows. What is sorted, filtered and paged is the server's work; this only shows it.

import { Table, UnstyledButton } from '@mantine/core';
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import { texts } from '../texts/index.ts';
import classes from './DataTable.module.css';

const features = tableFeatures({});

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
  const defined = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, { row: T }> => ({
          id: column.id,
          header: column.header,
          cell: (context) => column.cell(context.row.original.row),
        }),
      ),
    [columns],
  );
  const data = useMemo(() => rows.map((row) => ({ row })), [rows]);
  const table = useTable({ features, columns: defined, data, getRowId: ({ row }) => rowKey(row) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by keyboard too.
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => {
                const column = columns.find(({ id }) => id === header.column.id);
                return <HeaderCell key={header.id} header={column?.header ?? ''} sort={column?.sort} sorted={sorted} />;
              })}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {row.getAllCells().map((cell) => (
                <Table.Td key={cell.id}>
                  <table.FlexRender cell={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function HeaderCell({ header, sort, sorted }: { header: string; sort?: string; sorted?: Sorted }) {
  if (!sort || !sorted) return <Table.Th scope="col">{header}</Table.Th>;
  const order = sorted.by === sort ? (sorted.order ?? 'asc') : undefined;
  const said = order && (order === 'asc' ? 'ascending' : 'descending');
  return (
    <Table.Th scope="col" aria-sort={said ?? 'none'}>
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
