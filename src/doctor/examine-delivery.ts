import type { Delivered, Delivery, Parcel } from '../delivery/port.ts';
import { newId } from '../security/ids.ts';
import type { Random } from '../ports.ts';
import { fails, notTried, tried, works, type Finding } from './finding.ts';

/** A way out, as far as it can be tried without anything being sent. */
interface Probed {
  /** Signs in and nothing more. @throws what went wrong */
  probe(): Promise<void>;
}

export interface DeliveryExam {
  readonly mail: (Delivery & Probed) | null;
  readonly twilio: (Delivery & Probed & { readonly tryCall: (to: string, says: string) => Promise<void> }) | null;
  readonly random: Random;
}

const says = "This is Latchkey's doctor. If you can read this, messages arrive.";

/** The mail server takes us; and a mail, where an address is named. */
export const examineMail = ({ mail, random }: DeliveryExam, to: string | null): Promise<Finding> =>
  tried('mail', 'the mail server was signed in to', async () => {
    if (mail === null) return notTried('mail', 'local mode: nothing leaves this machine');
    await mail.probe();
    if (to === null) return works('mail', 'the mail server takes us. Ask with --mail to have one sent');
    return sent('mail', to, await mail.deliver({ kind: 'mail', id: newId(random), to, subject: "Latchkey's doctor", text: says }));
  });

/** Twilio takes us; and a text message, where a number is named. */
export const examineText = ({ twilio, random }: DeliveryExam, to: string | null): Promise<Finding> =>
  tried('text message', 'Twilio was signed in to', async () => {
    if (twilio === null) return notTried('text message', 'no Twilio account is configured');
    await twilio.probe();
    if (to === null) return works('text message', 'Twilio takes us. Ask with --text to have one sent');
    return sent('text message', to, await twilio.deliver({ kind: 'sms', id: newId(random), to, text: says } satisfies Parcel));
  });

/** Rings a number, where one is named. */
export const examineCall = ({ twilio }: DeliveryExam, to: string | null): Promise<Finding> =>
  tried('call', 'a call was to be made', async () => {
    if (twilio === null) return notTried('call', 'no Twilio account is configured');
    if (to === null) return notTried('call', 'ask with --call to have one made');
    await twilio.tryCall(to, says);
    return works('call', `Twilio rings ${to}`);
  });

function sent(part: string, to: string, delivered: Delivered): Finding {
  if (delivered.ok) return works(part, `sent to ${to}; see that it arrives`);
  switch (delivered.reason) {
    case 'rejected':
      return fails(part, `${to} was refused`, 'Check the address or number; a mail server may also refuse MAIL_FROM.');
    case 'doubtful':
      return fails(part, `whether it went to ${to} is not known`, 'Look whether it arrived before you try again.');
    case 'unavailable':
      return fails(part, `nothing was sent to ${to}`, 'Look at the sender (MAIL_FROM, TWILIO_FROM) and at the log of that service.');
  }
}
