import type { Carriers } from '../../src/delivery/dispatcher.ts';

/** For suites that owe nothing of other rooms: whoever asks is told that it arrived. */
const arrived = async () => ({ ok: true, providerId: null }) as const;
export const noCarriers: Carriers = {
  'case-again': arrived,
  'case-show': arrived,
  'case-second': arrived,
  'case-pointer': arrived,
  digest: arrived,
  'stop-post': arrived,
  'stop-update': arrived,
  alarm: arrived,
  hook: arrived,
  'door-code': arrived,
};
