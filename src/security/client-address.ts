import { isIPv4, isIPv6 } from 'node:net';

/**
 * A network address as limits count it: an IPv4 address whole, an IPv6 address by its first 64 bits, since whoever has one has all of them (RFC 6177).
 * An IPv4 address that is written as an IPv6 one is the IPv4 address.
 */
export function countedAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIPv4(address)) return address;
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return 'unknown';
  const [before = '', after] = bare.split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

/**
 * The address a request came from. Behind proxies it is the one that the outermost of ours wrote down: as many from the end of `X-Forwarded-For` as there are
 * proxies. What stands further ahead a client may have written, and is not read.
 * @param hops how many proxies of ours a request passes
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, hops: number): string {
  if (hops === 0) return peer;
  const passed = (forwardedFor ?? '').split(',').map((each) => each.trim());
  const written = passed[passed.length - hops] ?? '';
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(written)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(written)?.[1] ?? written;
  return isIPv4(bare) || isIPv6(bare) ? bare : peer;
}
