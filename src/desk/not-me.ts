import type { HappenedView } from '../../dialogs/views.ts';
import type { Handler } from '../conversation/port.ts';
import { readHappened as happenedOf } from '../delivery/happened.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { settleFreeze, type FreezeCaseNeeds } from './freeze-case.ts';
import { freezeAccount } from './freeze.ts';
import { isFrozen } from './freeze-record.ts';

/** How much of what happened a person chooses from. */
const most = 6;

/** What happened to the account in the last 30 days that its owner may not have done. What is older is forgotten on the way. */
export const readHappened = (needs: FreezeCaseNeeds): Handler<'readHappened'> => ({
  async run(_params, { accountId, now }) {
    const frozenKey = keys.frozen(accountId);
    const { rows } = await needs.store.open({ key: frozenKey, owner: null, now });
    const frozen = isFrozen(rows.get(frozenKey) ?? null) ? ((await settleFreeze(needs, accountId)) ?? '') : null;
    const happened = (await lately(needs.store, accountId, now)).slice(0, most);
    return { type: 'happened.read', happened, frozen };
  },
});

async function lately(store: Store, account: string, now: number): Promise<readonly HappenedView[]> {
  const list = keys.happenings(account);
  const { inbox } = await store.open({ key: list, owner: null, now });
  const entries = inbox.map(({ id, value }) => ({ id, happened: happenedOf(value, now) }));
  const over = entries.flatMap(({ id, happened }) => (happened === null ? [id] : []));
  if (over.length > 0) await store.commit({ take: [{ from: list, ids: over }] });
  const found = entries.flatMap(({ happened }) => (happened === null ? [] : [happened]));
  const [first, ...rest] = found.map(({ id }) => keys.happened(id));
  if (first === undefined) return [];
  // The list says what happened; whether it was said already stands in each one's own row.
  const { rows } = await store.open({ key: first, owner: null, alsoRead: rest, now });
  const open = found.filter(({ id }) => happenedOf(rows.get(keys.happened(id))?.value ?? null, now)?.used === false);
  return open.map(({ id, what, at, door, method }) => ({ id, what, at, door, kind: method })).sort((a, b) => b.at - a.at);
}

/** Freezes the person's own account, because something that happened to it was not them (I17). */
export const freeze = (needs: FreezeCaseNeeds): Handler<'freeze'> => ({
  async run({ happened }, { accountId, reference }) {
    const frozen = await freezeAccount(needs, { happening: happened, said: 'chat', account: accountId, reference });
    return frozen.ok ? { type: 'freeze.done', number: frozen.number ?? '' } : { type: 'freeze.refused' };
  },
});
