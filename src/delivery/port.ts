import type { Language } from '../config/policy.ts';

/** What a parcel is for: with its id, whom to tell when its provider says later what became of it. */
interface About {
  readonly account: string;
  readonly what: 'challenge' | 'notice';
}

/** One thing to be brought to a person outside the chat. `id` is the effect's or outbox row's id: the same id is the same thing. */
export type Parcel =
  | { readonly kind: 'sms'; readonly id: string; readonly to: string; readonly text: string; readonly about?: About }
  /** A call: what it says, and what keys do, is the script's; `text` is what it says first. */
  | {
      readonly kind: 'call';
      readonly id: string;
      readonly to: string;
      readonly text: string;
      readonly language: Language;
      readonly about?: About;
    }
  | {
      readonly kind: 'mail';
      readonly id: string;
      readonly to: string;
      readonly subject: string;
      readonly text: string;
      readonly html?: string;
      readonly about?: About;
    };

export type Delivered =
  | { readonly ok: true; /** The provider's own id, for tracing. */ readonly providerId: string | null }
  /** `rejected`: this address or number will never work; `unavailable`: it was not sent, later may do; `doubtful`: it may have been sent. */
  | {
      readonly ok: false;
      readonly reason: 'rejected' | 'unavailable' | 'doubtful';
      /** Of a rejected number: there is none such, or its owner asked for no messages from us ("STOP"). */
      readonly why?: 'no-such-number' | 'unsubscribed';
      readonly retryAfterMs?: number;
    };

/** Brings parcels to people. Never throws: every outcome is one of `Delivered`. It never sends one parcel twice by itself. */
export interface Delivery {
  deliver(parcel: Parcel): Promise<Delivered>;
}
