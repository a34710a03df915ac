// A person of whom only the id is known: their address, as a link to their page.

import { useQuery } from '@tanstack/react-query';
import { RouteLink } from '../../components/RouteLink.tsx';
import { showPerson } from './query.ts';

export function PersonLink({ id }: { id: string }) {
  const person = useQuery({ queryKey: ['people', id], queryFn: () => showPerson(id) });
  return <RouteLink to={`/people/${id}`}>{person.data?.email ?? id}</RouteLink>;
}
