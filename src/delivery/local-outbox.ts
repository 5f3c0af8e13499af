import type { Clock } from '../ports.ts';
import type { Delivered, Delivery, Parcel } from './port.ts';

/** One thing delivered, as the page of the local mode shows it. A mail's subject stands above its text. */
export interface LocalDelivery {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: 'sms' | 'call' | 'mail';
  readonly to: string;
  readonly text: string;
  readonly url?: string;
}

/** Where the page of local mode answers a call; null for one that nobody would answer. */
export type LocalCallUrl = (call: Extract<Parcel, { kind: 'call' }>) => string | null;

/** How many are kept. */
const most = 200;

/** The delivery of the local mode: nothing leaves the machine; what was delivered can be read until the process ends. */
export class LocalOutbox implements Delivery {
  readonly #clock: Clock;
  readonly #callUrl: LocalCallUrl;
  readonly #delivered: LocalDelivery[] = [];

  constructor(clock: Clock, callUrl: LocalCallUrl = () => null) {
    this.#clock = clock;
    this.#callUrl = callUrl;
  }

  async deliver(parcel: Parcel): Promise<Delivered> {
    const text = parcel.kind === 'mail' ? `${parcel.subject}\n\n${parcel.text}` : parcel.text;
    const url = parcel.kind === 'call' ? this.#callUrl(parcel) : null;
    this.#delivered.push({
      at: new Date(this.#clock.now()).toISOString(),
      kind: parcel.kind,
      to: parcel.to,
      text,
      ...(url !== null && { url }),
    });
    if (this.#delivered.length > most) this.#delivered.shift();
    return { ok: true, providerId: parcel.id };
  }

  /** What was delivered, newest last. */
  list(): readonly LocalDelivery[] {
    return [...this.#delivered];
  }
}
