// What the pages of the inventory ask of the API.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';
import { pageOf } from '../../components/pageOf.ts';

export type InventoryNode = Schemas['InventoryNode'];
export type InventoryEdge = Schemas['InventoryEdge'];
export type NodeEnd = Schemas['NodeEnd'];

/** How many edges a page of them has. */
export const EDGES = 50;

export const listNodes = (search: ListSearch) => answerOf(api.GET('/api/v1/inventory/nodes', pageOf(search)));
export const showNode = (source: string, key: string) =>
  answerOf(api.GET('/api/v1/inventory/node', { params: { query: { source, key } } }));
export const listEdges = (source: string, key: string, end: NodeEnd, cursor?: string) =>
  answerOf(api.GET('/api/v1/inventory/edges', { params: { query: { source, key, end, limit: EDGES, cursor } } }));
