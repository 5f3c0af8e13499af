import { createHmac } from 'node:crypto';

/**
 * Twilio's signature, made as its documents say (twilio.com/docs/usage/security) and not by its library: the address, then every field's name
 * and value in the order of the names, HMAC-SHA1 under the auth token.
 */
export function twilioSignature(authToken: string, url: string, fields: Readonly<Record<string, string>>): string {
  const signed = Object.keys(fields)
    .toSorted()
    .reduce((all, name) => `${all}${name}${fields[name]}`, url);
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
