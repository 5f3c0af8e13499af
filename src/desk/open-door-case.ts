import type { Act, Handler, Wake } from '../conversation/port.ts';
import { inboxParts } from '../conversation/inbox.ts';
import { writeMail } from '../delivery/mail-layout.ts';
import { outboxRow } from '../delivery/outbox.ts';
import { languageOf } from '../locales/language-of.ts';
import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import { count } from '../security/counter.ts';
import { keys } from '../store/keys.ts';
import { takeUpBy } from './deadlines.ts';
import { nextStep } from './next-step.ts';
import { openCaseFor, type HandlerNeeds } from './open-case.ts';
import { readCaseList } from './case-record.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface DoorCaseNeeds extends HandlerNeeds {
  readonly wake: Wake;
  /** Why the account cannot be helped, as it stands now; null where it could. */
  readonly exactCode: (act: Act, purpose: 'reset' | 'unlock') => Promise<string | null>;
  /** What was typed as its user ID. */
  readonly typedUserId: (accountId: string) => Promise<string | null>;
  /** The conversation hears of its case for as long as it is open (I13). */
  readonly keepForCase: (act: Act, caseId: string) => Promise<void>;
}

/**
 * Opens a case at the front door (I13, I20): for whoever passed gates as "proved", else as "nobody proved", which is limited to one a day for an account and ten an
 * hour for a network address, and told to the account's own Teams and work mailbox. The exact reason stands in the case and in that mail alone. An account
 * that does not exist gets a case as any other.
 */
export const openDoorCase = (needs: DoorCaseNeeds): Handler<'openDoorCase'> => ({
  async run({ code, wish, proofs }, act) {
    const [state, proved, typed, exact] = await Promise.all([
      stateOf(act),
      needs.proved(act, proofs),
      needs.typedUserId(act.accountId),
      exactCode(needs, act, wish === 'unlock' ? 'unlock' : 'reset'),
    ]);
    const reason = exact ?? code;
    const requester = proved.gates > 0 ? ({ how: 'proved', gates: proved.gates } as const) : ({ how: 'nobody' } as const);
    if (requester.how === 'nobody') {
      const known = await openOne(needs, act);
      if (known !== null) return { type: 'door-case.opened', number: known, isNew: false };
      const until = await limited(needs, act);
      if (until !== null) return { type: 'door-case.refused', until };
    }
    const opened = await openCaseFor(needs, {
      account: act.accountId,
      state: state === null ? (typed === null ? null : { name: null, userId: typed }) : state,
      code: reason,
      wish,
      priority: 'normal',
      requester,
      proofs: proved.proofs,
      stack: act.stack,
      language: act.language,
      reference: act.reference,
      act: act.id,
      actor: act.accountId,
      door: act.door,
    });
    await needs.keepForCase(act, opened.id);
    if (opened.isNew && state !== null) await tellOwner(needs, act, state, { id: opened.id, number: opened.number, reason });
    if (!opened.isNew) return { type: 'door-case.opened', number: opened.number, isNew: false };
    const queued = { state: 'new', deadline: takeUpBy(needs.policy, 'normal', act.now) } as const;
    const next = nextStep(needs.policy, queued, act.language, act.now);
    return { type: 'door-case.opened', number: opened.number, isNew: true, ...(next === null ? {} : { next }) };
  },
});

/** The unproved case that is open for the account, whatever its reason: the number tells no more than that there is one. */
async function openOne({ store, clock }: DoorCaseNeeds, act: Act): Promise<string | null> {
  const key = keys.casesOf(act.accountId);
  const { rows } = await store.open({ key, owner: null, now: clock.now() });
  const { cases } = readCaseList(rows.get(key)?.value ?? null);
  return cases.find((each) => each.open && each.act !== act.id && each.slot.endsWith('/nobody'))?.number ?? null;
}

async function limited(needs: DoorCaseNeeds, act: Act): Promise<number | null> {
  const { now, id } = act;
  return (
    (await count(needs, { what: 'door-cases', whom: act.client ?? act.stack, id, most: 10, ms: hourMs }, now)) ??
    (await count(needs, { what: 'unproved-cases', whom: act.accountId, id, most: 1, ms: dayMs }, now))
  );
}

/** A directory that is down does not keep anybody from asking for help. */
async function stateOf(act: Act): Promise<AccountState | null> {
  try {
    return await act.account();
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return null;
    throw fault;
  }
}

async function exactCode(needs: DoorCaseNeeds, act: Act, purpose: 'reset' | 'unlock'): Promise<string | null> {
  try {
    return await needs.exactCode(act, purpose);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return 'LK_UNAVAILABLE';
    throw fault;
  }
}

/** The account's own Teams and work mailbox hear of it: where somebody else asked, its owner is the one who can say so. */
async function tellOwner(
  needs: DoorCaseNeeds,
  act: Act,
  state: AccountState,
  opened: { readonly id: string; readonly number: string; readonly reason: string },
): Promise<void> {
  const { sentences, seals, store } = needs;
  const { accountId, tenant, now } = act;
  const stack = keys.stack(tenant, accountId);
  const { number, reason } = opened;
  const told = inboxParts(stack, `door-case-${opened.id}`, { notice: 'door-case.teams', params: { number } }, now);
  const language = languageOf(state.language) ?? act.language;
  const say = (key: string): string => sentences.say(language, `door-case.${key}`, { number, reason });
  const mail =
    state.workMail === null
      ? { put: {}, due: [] }
      : outboxRow(
          seals,
          accountId,
          `door-case-${opened.id}`,
          {
            kind: 'notice',
            parcel: {
              kind: 'mail',
              to: state.workMail,
              ...writeMail({
                language,
                subject: say('mail.subject'),
                paragraphs: [say('mail.text')],
                facts: [{ label: say('mail.reason'), value: reason }],
                warning: say('mail.warning'),
                footer: say('mail.footer'),
              }),
            },
          },
          now,
        );
  await store.commit({ put: mail.put, append: told.append, due: [...told.due, ...mail.due] });
  needs.wake(stack);
}
