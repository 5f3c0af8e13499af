import type { Config } from '../config/config.ts';
import type { Clock } from '../ports.ts';
import { LocalOutbox, type LocalCallUrl } from './local-outbox.ts';
import type { Delivered, Delivery, Parcel } from './port.ts';
import type { TwilioNeeds } from './twilio.ts';

/** Each kind of parcel by its own way; a kind without one is not sent. */
class ByKind implements Delivery {
  readonly #ways: Readonly<Record<Parcel['kind'], Delivery | null>>;

  constructor(ways: Readonly<Record<Parcel['kind'], Delivery | null>>) {
    this.#ways = ways;
  }

  async deliver(parcel: Parcel): Promise<Delivered> {
    return this.#ways[parcel.kind]?.deliver(parcel) ?? { ok: false, reason: 'unavailable' };
  }
}

/**
 * The delivery that the configuration asks for. In local mode nothing leaves the machine, whatever is configured; `local` is then what
 * `GET /local/outbox` shows, and null in production.
 */
export async function chooseDelivery(
  config: Pick<Config, 'mode' | 'smtpUrl' | 'mailFrom' | 'twilio'>,
  clock: Clock,
  needs: { readonly twilio?: TwilioNeeds; readonly callUrl?: LocalCallUrl } = {},
): Promise<{ readonly delivery: Delivery; readonly local: LocalOutbox | null }> {
  if (config.mode === 'local') {
    const local = new LocalOutbox(clock, needs.callUrl);
    return { delivery: local, local };
  }
  // The clients are loaded only where they send something: local mode starts without them.
  const { SmtpDelivery } = await import('./smtp.ts');
  const { TwilioDelivery } = await import('./twilio.ts');
  const mail = config.smtpUrl === null ? null : new SmtpDelivery({ url: config.smtpUrl, from: config.mailFrom, clock });
  const twilio = config.twilio === null ? null : new TwilioDelivery(config.twilio, needs.twilio);
  return { delivery: new ByKind({ mail, sms: twilio, call: twilio }), local: null };
}
