// What the first page asks of the API beside what the pages of people ask.

import { answerOf, api } from '../../api/client.ts';

export const installation = async () => {
  const [status, register] = await Promise.all([
    answerOf(api.GET('/api/v1/status')),
    answerOf(api.GET('/api/v1/trusts/figures')),
  ]);
  return { status, register };
};

export const trendsOf = () => answerOf(api.GET('/api/v1/trends'));

export const devicesOf = (owner: string) => answerOf(api.GET('/api/v1/devices', { params: { query: { owner } } }));
