import type { Activity } from 'botbuilder';
import type { Visit } from '../conversation/port.ts';
import type { Json } from '../ports.ts';
import { frontDoorChannel, frontDoorService } from './visit-identity.ts';

/** What a visitor at the front door may say, and all that is taken of what a client sent. */
export interface VisitSaid {
  /** `hello`: the page was opened. */
  readonly type: 'message' | 'invoke' | 'hello';
  readonly id: string;
  readonly text?: string;
  readonly name?: string;
  readonly value?: Json;
  readonly replyToId?: string;
  /** As the browser says, e.g. `sv-SE`. */
  readonly locale: string;
}

const bot = { id: 'latchkey', name: 'Latchkey' } as const;

/** The activity of a visitor: all that says where it came from is set here, whatever the client sent. */
export function visitActivity({ conversation }: Visit, { type, ...said }: VisitSaid, tenant: string): Activity {
  const stamped = {
    ...said,
    type: type === 'hello' ? 'conversationUpdate' : type,
    ...(type === 'hello' && { membersAdded: [{ ...bot }] }),
    channelId: frontDoorChannel,
    serviceUrl: frontDoorService,
    from: { id: conversation },
    recipient: { ...bot },
    conversation: { id: conversation, conversationType: 'personal', tenantId: tenant },
    channelData: { tenant: { id: tenant } },
    deliveryMode: 'normal',
  };
  return stamped as unknown as Activity;
}
