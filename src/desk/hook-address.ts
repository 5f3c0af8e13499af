import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { LatchkeyError } from '../errors.ts';

/** What is no address of the public internet (IANA's special-purpose registries for IPv4 and IPv6): there an event has no business. */
const notPublic = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is one of the public internet; an IPv4 address within IPv6 is judged as what it is. */
export const isPublic = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && !notPublic.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

/** The host of an address as `net` takes it: IPv6 without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/**
 * Looks a host up for a connection, and gives what was found only where all of it is public: a name that leads into our own network, now
 * or between two look-ups, is connected to nowhere.
 */
export const publicLookup =
  (resolve: typeof lookup = lookup): LookupFunction =>
  (host, options, done) => {
    resolve(host, { ...options, all: true }, (fault, found: readonly LookupAddress[]) => {
      const [first] = found ?? [];
      if (fault !== null) return done(fault, '', 0);
      if (first === undefined || !found.every(({ address }) => isPublic(address))) return done(privateAddress(), '', 0);
      return options.all === true ? done(null, [...found]) : done(null, first.address, first.family);
    });
  };

const privateAddress = (): LatchkeyError =>
  new LatchkeyError('latchkey_desk_hook_private', 'refused', 'a hook leads to an address that is not of the public internet');
