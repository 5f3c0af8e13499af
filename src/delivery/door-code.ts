import { z } from 'zod';
import type { Delivered, Delivery, Parcel } from './port.ts';

const owedShape = z.object({ account: z.string(), parcel: z.looseObject({ kind: z.enum(['sms', 'call', 'mail']) }).nullable() });

/** Brings a code that was asked for at the front door; where nobody is to get one, there is nothing to bring (I20). */
export const bringDoorCode =
  (delivery: Pick<Delivery, 'deliver'>) =>
  async (what: string, id: string): Promise<Delivered> => {
    const { account, parcel } = owedShape.parse(JSON.parse(what));
    if (parcel === null) return { ok: true, providerId: null };
    return delivery.deliver({ ...parcel, id, about: { account, what: 'challenge' } } as unknown as Parcel);
  };
