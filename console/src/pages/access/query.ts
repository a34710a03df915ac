// What the page about who can reach what asks of the API: one of five questions, which stands in the address.

import { answerOf, api, type Schemas } from '../../api/client.ts';
import type { ListSearch } from '../../components/list-search.ts';

export type AccessNode = Schemas['AccessNode'];
export type AccessPath = Schemas['AccessPath'];
export type AccessStep = Schemas['AccessStep'];
export type AccessEnd = Schemas['AccessEnd'];
export type AccessAsOf = Schemas['AccessAsOf'];
export type PathAnswer = Schemas['PathAnswer'];
export type TierZeroAnswer = Schemas['TierZeroAnswer'];
export type CompromiseAnswer = Schemas['CompromiseAnswer'];
export type AccessAnswer = Schemas['AccessAnswer'];

/** The questions. */
export type Question = 'who-can' | 'who-controls' | 'what-can' | 'path' | 'compromise' | 'tier-zero';

/** The answer to a question. */
export type Answer =
  | { to: 'path'; path: PathAnswer }
  | { to: 'tier-zero'; list: TierZeroAnswer }
  | { to: 'compromise'; list: CompromiseAnswer }
  | { to: 'access'; list: AccessAnswer };

/** How many entries a page has. Each comes with its path. */
const LIMIT = 50;

/** Returns the question that an address means: who comes to control tier zero, unless it says another. */
export const questionOf = (search: ListSearch): Question => (search.question as Question | undefined) ?? 'tier-zero';

/** Returns whether an address has everything that its question needs. */
export const isComplete = (search: ListSearch): boolean =>
  questionOf(search) === 'tier-zero' || Boolean(search.source && search.node);

/** Asks the question of an address. Whether a value in it is valid is the server's answer. */
export async function ask(search: ListSearch): Promise<Answer> {
  const { source = '', node = '', to, cursor } = search;
  const page = { limit: LIMIT, cursor };
  switch (questionOf(search)) {
    case 'path': {
      const means = to ? ({ to, means: 'control' } as const) : {};
      const query = { source, from: node, ...means };
      return { to: 'path', path: await answerOf(api.GET('/api/v1/inventory/access/path', { params: { query } })) };
    }
    case 'compromise': {
      const query = { source, node, ...page };
      return {
        to: 'compromise',
        list: await answerOf(api.GET('/api/v1/inventory/access/compromise', { params: { query } })),
      };
    }
    case 'what-can': {
      const query = { source, node, ...page };
      return {
        to: 'access',
        list: await answerOf(api.GET('/api/v1/inventory/access/what-can', { params: { query } })),
      };
    }
    case 'who-can':
    case 'who-controls': {
      const means = questionOf(search) === 'who-can' ? 'reach' : 'control';
      const query = { source, node, means, ...page } as const;
      return { to: 'access', list: await answerOf(api.GET('/api/v1/inventory/access/who-can', { params: { query } })) };
    }
    default: {
      const query = { source: search.source, ...page };
      return {
        to: 'tier-zero',
        list: await answerOf(api.GET('/api/v1/inventory/access/tier-zero', { params: { query } })),
      };
    }
  }
}

export const listSources = () => answerOf(api.GET('/api/v1/sources', { params: { query: { limit: 1000 } } }));
