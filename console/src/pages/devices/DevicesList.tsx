// The list of devices.

import { useSearch } from '@tanstack/react-router';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import type { ListSearch } from '../../components/list-search.ts';
import { Moment } from '../../components/Moment.tsx';
import { Named } from '../../components/Named.tsx';
import { RouteLink } from '../../components/RouteLink.tsx';
import { texts } from '../../texts/index.ts';
import { type Device, listDevices } from './query.ts';

const words = texts.pages.devices;
const said = (is: boolean) => (is ? texts.words.yes : texts.words.no);

const columns: Column<Device>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    cell: ({ id, name }) => <RouteLink to={`/devices/${id}`}>{name}</RouteLink>,
  },
  { id: 'platform', header: words.platform, cell: ({ platform }) => platform },
  {
    id: 'owner',
    header: words.owner,
    cell: ({ owner, owner_name }) => <Named id={owner} name={owner_name} isShort />,
  },
  { id: 'managed', header: words.managed, cell: ({ managed }) => said(managed) },
  { id: 'compliant', header: words.compliant, cell: ({ compliant }) => said(compliant) },
  { id: 'collected', header: words.collected, cell: ({ collected_at }) => <Moment at={collected_at} /> },
];

export function DevicesList() {
  const search = useSearch({ strict: false }) as ListSearch;
  return (
    <ListPage
      name="devices"
      title={words.title}
      lead={words.lead}
      search={search}
      load={listDevices}
      columns={columns}
      rowKey={({ id }) => id}
      searchLabel={words.search}
      filters={[{ name: 'owner', label: words.ofOwner }]}
    />
  );
}
