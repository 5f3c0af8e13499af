import type { MethodKind } from '../../dialogs/methods.ts';
import type { Act } from '../conversation/port.ts';
import { chatOfOwner, noticeParts, type NoticeParts } from '../delivery/notices.ts';
import type { AccountState } from '../directory/port.ts';
import type { MethodPorts, Place } from './ports.ts';

/**
 * The notices that an added, replaced or removed method owes (I19), as parts of the commit that does it. The dialog says it in the chat.
 */
export const methodNotice = (
  ports: Pick<MethodPorts, 'keys' | 'sentences'>,
  act: Pick<Act, 'id' | 'accountId' | 'now' | 'door' | 'language'> & Partial<Pick<Act, 'tenant'>>,
  account: AccountState,
  told: {
    readonly what: 'method-added' | 'method-replaced' | 'method-changed' | 'method-removed' | 'key-suspended';
    readonly kind: MethodKind;
    readonly places: readonly Place[];
  },
): NoticeParts =>
  noticeParts(ports.keys, ports.sentences, {
    id: act.id,
    what: told.what,
    account: act.accountId,
    workMail: account.workMail,
    places: told.places,
    at: act.now,
    door: act.door,
    language: act.language,
    method: told.kind,
    ...(act.tenant !== undefined && chatOfOwner({ ...act, tenant: act.tenant })),
  });
