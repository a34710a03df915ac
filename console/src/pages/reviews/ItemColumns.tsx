// The columns that say what an item is about, and what is known of its use.

import { Badge, Text } from '@mantine/core';
import { DANGER } from '../../components/colours.ts';
import type { Column } from '../../components/DataTable.tsx';
import { Moment } from '../../components/Moment.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import type { Item } from './query.ts';

const words = texts.pages.reviews;

export const accessColumns: Column<Item>[] = [
  { id: 'access', header: words.access, cell: (item) => <Access item={item} /> },
  { id: 'leads', header: words.leadsTo, cell: (item) => <LeadsTo item={item} /> },
  { id: 'used', header: words.used, cell: (item) => <Used item={item} /> },
];

export function Whose({ item }: { item: Item }) {
  return (
    <>
      {item.name}
      {item.is_external && <Text size="sm">{words.external}</Text>}
      {item.account_name !== item.name && (
        <Text size="sm" c="dimmed">
          {item.account_name}
        </Text>
      )}
    </>
  );
}

function Access({ item }: { item: Item }) {
  const { source, target: key, target_name: name, relation, privileged } = item;
  return (
    <>
      {words.relations[relation]}{' '}
      {source ? (
        <RouteLink to="/inventory/node" search={{ source, key }} isUnderlined>
          {name}
        </RouteLink>
      ) : (
        <RouteLink to={`/groups/${encodeURIComponent(name)}`} isUnderlined>
          {name}
        </RouteLink>
      )}{' '}
      {words.in(source ?? words.here)}
      {item.is_gone && <Text size="sm">{words.gone}</Text>}
      {privileged && (
        <div>
          <Badge color="red" c={DANGER} variant="outline" miw="max-content">
            {words.privileged}
          </Badge>
        </div>
      )}
    </>
  );
}

function LeadsTo({ item }: { item: Item }) {
  if (item.leads_to.length === 0) return <>{item.purpose ?? texts.words.none}</>;
  const more = item.leads_to_in_all - item.leads_to.length;
  return (
    <>
      {item.leads_to.map(({ name, rights }) => (
        <div key={`${name} ${rights.join()}`}>{rights.length > 0 ? `${name}: ${rights.join(', ')}` : name}</div>
      ))}
      {more > 0 && words.more(more)}
    </>
  );
}

function Used({ item: { uses } }: { item: Item }) {
  if (uses.length === 0) return <>{words.noUse}</>;
  return uses.slice(0, 2).map(({ at, what }) => (
    <div key={what}>
      <Moment at={at} /> {what}
    </div>
  ));
}
