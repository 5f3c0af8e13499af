import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { ruleOf, type MethodKind, type Purpose } from '../../dialogs/methods.ts';
import type { Language } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { askedByMail, askedParts } from '../delivery/asked.ts';
import { notMeAddress } from '../delivery/not-me.ts';
import type { Parcel } from '../delivery/port.ts';
import { opening } from '../delivery/call-script.ts';
import { LatchkeyError } from '../errors.ts';
import { keys } from '../store/keys.ts';
import { askManager } from './ask-manager.ts';
import { decideAudited, type Decided } from './audited-update.ts';
import { challengeParts, codesOf, readChallenge, shown, type ChallengeRecord } from './challenge-record.ts';
import { callWords, whyOf } from './call-words.ts';
import { countSendOutside } from './count-send.ts';
import { firstProofPlaces, type ProvingPlace } from './first-proof-places.ts';
import { approvalId } from './manager-approval.ts';
import { mayChallenge, type MayChallenge, type Refused, type Target } from './may-challenge.ts';
import { codeMail } from './code-mail.ts';
import { hashCode, newCode, newMark } from './codes.ts';
import { joined } from './join-commits.ts';
import { digitsMinutes } from './ceremony-code.ts';
import { isCeremony, type CodeMessage, type SendingMethod } from './method.ts';
import { sessionOf } from './method-record.ts';
import { countSend, paceUntil, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';
import { resendAt, withCode } from './sent-codes.ts';
import { takeBack, type Unsent } from './take-back.ts';
import { CodesOfChallenges } from './shown-code.ts';
import { noteCodeUnsent } from './telephony-budget.ts';

type Params = EffectTable['sendChallenge']['params'];
type Result = ResultOf<'sendChallenge'>;

/**
 * Asks for proof by a method or a draft. The challenge, its code's keyed hash and the counted send are committed before anything is sent,
 * so that a code that may have arrived is always known and always counted (R2, R3). Where nothing is sent, the challenge is opened only.
 */
export function sendChallenge(ports: MethodPorts): Handler<'sendChallenge'> {
  return {
    run: (params, act) => run(ports, params, act),
    doubt: (_params, act) => doubt(ports, act),
  };
}

async function run(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  if ('method' in params && params.method === approvalId) return askManager(ports, params, act);
  const served = await isServed(ports, params, act);
  if (served !== 'yes') return note(ports, act, params, { type: 'challenge.failed', reason: served });
  // As the directory holds it now: what was offered a while ago may be somebody else's by now.
  const place = 'onFile' in params ? await placeNamed(ports, params.onFile, act) : null;
  const target = await decideAudited<MayChallenge>(ports, act, rowsOf(params, act), (rows) => {
    const may = mayChallenge(ports, params, act, rows, place);
    return may.ok ? { commit: null, entry: null, result: may } : { ...refusal(params, may.refused), result: may };
  });
  if (!target.ok) return target.refused;
  const method = methodsByKind[target.target.kind];
  return method.sends ? send(ports, params, act, { target: target.target, method, place }) : open(ports, params, act);
}

/** Opens a challenge for a code that is computed on the other side: nothing travels. */
async function open(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  return decideAudited<Result>(ports, act, rowsOf(params, act), (rows) => {
    const may = mayChallenge(ports, params, act, rows);
    if (!may.ok) return { ...refusal(params, may.refused), result: may.refused };
    // Long enough to find the telephone, or for the page and then its digits; what it proves would not live longer either.
    const { proofMinutes, pageMinutes } = ports.policy.limits;
    const minutes = isCeremony(methodsByKind[may.target.kind]) ? pageMinutes + digitsMinutes : proofMinutes;
    const expiresAt = act.now + minutes * 60_000;
    const challenge = challengeOf(params, act, may.target, { mark: null, expiresAt, resendAt: null, country: null });
    return {
      commit: challengeParts(act.accountId, challenge),
      entry: entryOf(params, 'opened', true),
      result: { type: 'challenge.sent', ...shown(challenge) },
    };
  });
}

async function send(
  ports: MethodPorts,
  params: Params,
  act: Act,
  { target, method, place }: { readonly target: Target; readonly method: SendingMethod; readonly place: ProvingPlace | null },
): Promise<Result> {
  const { accountId, now, language } = act;
  const to = target.secret(ports.keys);
  const counted = await countSendOutside(ports, method, to, act);
  if ('refused' in counted) return note(ports, act, params, counted.refused);
  const { country } = counted;

  const code = ruleOf(method.kind).showsCode === true ? new CodesOfChallenges(ports.keys).of(act.id) : newCode(ports.random);
  const mark = newMark(ports.random, target.marks);
  const minutes = method.minutes(ports.policy.limits);
  const expiresAt = now + minutes * 60_000;
  // Written before anything is committed: a sentence that is missing leaves no challenge behind.
  const asked = askedByMail(method.kind, params.purpose, { account: accountId, challenge: act.id, door: act.door, at: now, language });
  const notAsked = asked === null ? null : notMeAddress(ports.keys, asked);
  const message = messageOf(ports, language, method.kind, { code, mark, minutes, purpose: params.purpose, notAsked });
  const parcel: Parcel = { ...method.parcel(act.id, to, { ...message, language }), about: { account: accountId, what: 'challenge' } };
  const opened = await decideAudited<Omit<Unsent, 'delivered'> | { readonly refused: Refused }>(ports, act, rowsOf(params, act), (rows) => {
    const may = mayChallenge(ports, params, act, rows, place);
    if (!may.ok) return { ...refusal(params, may.refused), result: { refused: may.refused } };
    const bare = challengeOf(params, act, may.target, { mark, expiresAt, resendAt: null, country });
    const of = codesOf(bare);
    const binding = { challenge: act.id, account: accountId, purpose: params.purpose, conversation: act.stack };
    const codes = withCode(may.pace.codes, of, { challenge: act.id, mark, mac: hashCode(ports.keys, binding, code), expiresAt }, now);
    const sent = codes.find((each) => each.of === of);
    const challenge = { ...bare, resendAt: sent === undefined ? null : resendAt(sent) };
    const pace: Pace = { ...countSend(may.pace, now), codes: [...codes] };
    return {
      commit: joined([challengeParts(accountId, challenge), paceParts(accountId, pace, now), asked === null ? {} : askedParts(asked)]),
      entry: entryOf(params, 'sending', true),
      result: { challenge, before: may.pace.codes.find((each) => each.of === of) },
    };
  });
  const unsent = async (): Promise<void> => (country === null ? undefined : noteCodeUnsent(ports, country, act.id, now));
  if ('refused' in opened) {
    await unsent();
    return opened.refused;
  }

  const delivered = await ports.delivery.deliver(parcel);
  if (delivered.ok) return { type: 'challenge.sent', ...shown(opened.challenge) };
  await unsent();
  if (delivered.reason === 'doubtful') return { type: 'challenge.doubtful', ...shown(opened.challenge) };
  return takeBack(ports, act, { ...opened, delivered });
}

/** The words that carry a code, which comes first, so that a locked telephone shows it; a mail's subject does not have it (I7). A call's are its opening. */
export function messageOf(
  { sentences }: Pick<MethodPorts, 'sentences'>,
  language: Language,
  kind: MethodKind,
  {
    code,
    mark,
    minutes,
    purpose,
    notAsked,
  }: {
    readonly code: string;
    readonly mark: string;
    readonly minutes: number;
    readonly purpose: Purpose;
    readonly notAsked: string | null;
  },
): Omit<CodeMessage, 'language'> {
  const why = whyOf(sentences, language, kind, purpose);
  if (kind === 'email') return codeMail(sentences, language, { code, mark, minutes, why }, notAsked);
  if (kind === 'phone-call') return { subject: '', text: callWords(sentences, language, opening, why).join(' ') };
  return { subject: '', text: sentences.say(language, 'message.sms', { code, mark, minutes, why }) };
}

/** Found started: without its row nothing was sent; with it the code may be on its way, unless its provider said already that it did not arrive. */
async function doubt(ports: MethodPorts, act: Act): Promise<Result> {
  const key = keys.challenge(act.accountId, act.id);
  const { rows } = await ports.store.open({ key, owner: null, now: act.now });
  const challenge = readChallenge(rows.get(key)?.value ?? null);
  if (challenge === null) return { type: 'challenge.failed', reason: 'unavailable' };
  if (challenge.state === 'spent' && challenge.verdicts.length === 0) return { type: 'challenge.failed', reason: 'undeliverable' };
  return { type: methodsByKind[challenge.kind].sends ? 'challenge.doubtful' : 'challenge.sent', ...shown(challenge) };
}

/**
 * The account is read again before anything is sent for it (I9), and may still register where it is to begin that (I3); when the directory cannot be asked,
 * nothing is sent.
 */
async function isServed(ports: MethodPorts, params: Params, act: Act): Promise<'yes' | 'gone' | 'unavailable'> {
  try {
    if ((await act.account())?.enabled !== true) return 'gone';
    return params.purpose !== 'first-proof' || (await ports.mayRegister(act)) ? 'yes' : 'gone';
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return 'unavailable';
    throw fault;
  }
}

const placeNamed = async (ports: MethodPorts, name: string, act: Act): Promise<ProvingPlace | null> =>
  (await firstProofPlaces(ports, act, await act.account())).find(({ id }) => id === name) ?? null;

function rowsOf(params: Params, { accountId }: Act): string[] {
  return [keys.pace(accountId), ...('draft' in params ? [keys.draft(accountId, params.draft)] : [])];
}

const paceParts = (accountId: string, pace: Pace, now: number) => ({
  put: { [keys.pace(accountId)]: pace },
  until: { [keys.pace(accountId)]: paceUntil(pace, now) },
});

const challengeOf = (
  params: Params,
  act: Act,
  target: Target,
  open: Pick<ChallengeRecord, 'mark' | 'expiresAt' | 'resendAt' | 'country'>,
): ChallengeRecord => ({
  id: act.id,
  target: target.id,
  kind: target.kind,
  purpose: params.purpose,
  conversation: act.stack,
  session: sessionOf(act),
  door: act.door,
  language: act.language,
  masked: target.label,
  ...open,
  state: 'open',
  verdicts: [],
});

const entryOf = (params: Params, reason: string, allowed: boolean): NonNullable<Decided<unknown>['entry']> => ({
  act: 'methods.send-challenge',
  verdict: allowed ? 'allowed' : 'refused',
  reason: `${params.purpose} ${reason}`,
  proofs: [],
});

const refusal = (params: Params, refused: Refused): Pick<Decided<unknown>, 'commit' | 'entry'> => ({
  commit: null,
  entry: entryOf(params, refused.reason, false),
});

/** Writes down a refusal that was decided elsewhere. */
const note = (ports: MethodPorts, act: Act, params: Params, refused: Refused): Promise<Result> =>
  decideAudited<Result>(ports, act, [], () => ({ ...refusal(params, refused), result: refused }));
