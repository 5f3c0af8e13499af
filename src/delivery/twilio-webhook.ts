import twilio from 'twilio';
import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';

/** What Twilio's requests are proved with. */
export interface TwilioDoor {
  /** The address Twilio was told, configured, without a slash at the end: what a request says of its own host proves nothing. */
  readonly publicUrl: string;
  /** The account's auth token: both sides know it, and nobody else. */
  readonly authToken: string;
  /** Hears of a request that Twilio did not sign. */
  readonly onForged?: (path: string) => void;
}

/**
 * Whether a request is Twilio's (R34): `X-Twilio-Signature` is an HMAC of the public address it was sent to, its query and the form's fields
 * under the account's auth token (twilio.com/docs/usage/security). A proxy may rename the host and strip the path of PUBLIC_URL.
 * @returns the form's fields; null when the signature is missing or wrong, or there is no form
 */
function provedTwilioRequest({ publicUrl, authToken }: TwilioDoor, request: PlainRequest): URLSearchParams | null {
  const signature = request.headers['x-twilio-signature'];
  const { form } = request;
  if (signature === undefined || form === null) return null;
  const params = Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]));
  return twilio.validateRequest(authToken, signature, `${publicUrl}${request.path}${request.search}`, params) ? form : null;
}

/**
 * An endpoint for Twilio alone: whatever it did not sign is 403, and nothing is done.
 * @param path under PUBLIC_URL
 * @param handle given the proved form, and the request for its places
 */
export const twilioRoute = (
  door: TwilioDoor,
  path: string,
  handle: (form: URLSearchParams, request: PlainRequest) => Promise<PlainResponse> | PlainResponse,
): Route => ({
  method: 'POST',
  path,
  handle(request) {
    const form = provedTwilioRequest(door, request);
    if (form !== null) return handle(form, request);
    door.onForged?.(path);
    return { status: 403 };
  },
});
