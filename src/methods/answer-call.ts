import type { Purpose } from '../../dialogs/methods.ts';
import type { Language } from '../config/policy.ts';
import type { CallAnswers, Keyed, Spoken } from '../delivery/call.ts';
import { afterDigits, meant, notNeeded, opening, reported, type DigitsWeighed, type Scene } from '../delivery/call-script.ts';
import type { Sending } from '../delivery/sending-names.ts';
import { keys } from '../store/keys.ts';
import { answerElsewhere, findChallenge, leaveUnanswered, type ElsewherePorts, type Outside } from './answer-elsewhere.ts';
import { callWords, whyOf } from './call-words.ts';
import { codesOf, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { readPace } from './pace.ts';

/**
 * Carries the script of a call out (I22): digits are weighed as a typed code is, the report and the end are told to the chat. Which keys came
 * in which step of which call names the attempt, so that a webhook brought twice counts once.
 * @param unreached ends the challenge of a call that the network could not bring
 */
export const callAnswers = (ports: ElsewherePorts, unreached: (sending: Sending) => Promise<void>): CallAnswers => ({
  async keyed(keyed) {
    const { scene, purpose } = await nextScene(ports, keyed);
    return speak(ports, keyed.language, scene, purpose);
  },
  ended: (sending, how) => (how === 'unreached' ? unreached(sending) : leaveUnanswered(ports, outsideOf(sending), whyOver)),
});

const speak = ({ sentences }: ElsewherePorts, language: Language, scene: Scene, purpose: Purpose): Spoken => ({
  language,
  says: callWords(sentences, language, scene, whyOf(sentences, language, 'phone-call', purpose)),
  listens: scene.listens,
});

const outsideOf = ({ account, id }: Sending): Outside => ({ accountId: account, challenge: id });

/** A call that ended without its digits: nobody keyed any, or they were wrong. */
const whyOver = ({ verdicts }: ChallengeRecord) => (verdicts.length === 0 ? 'no-answer' : 'ended');

async function nextScene(
  ports: ElsewherePorts,
  { sending, call, step, keys: pressed }: Keyed,
): Promise<{ readonly scene: Scene; readonly purpose: Purpose }> {
  const outside = outsideOf(sending);
  const asked = sending.what === 'challenge' ? await findChallenge(ports, outside) : null;
  // Cancelled in the chat meanwhile, or no call at all.
  if (asked?.kind !== 'phone-call') return { scene: notNeeded, purpose: 'register' };
  const { purpose } = asked;
  if (step === null) return { scene: (await isWaitedFor(ports, outside, asked)) ? opening : notNeeded, purpose };

  const means = meant(step, pressed);
  if (means.do === 'report') {
    for (const challenge of await challengesOfReport(ports, outside, asked))
      await leaveUnanswered(ports, { ...outside, challenge }, 'reported');
    return { scene: reported, purpose };
  }
  const scene =
    means.do === 'go'
      ? means.to
      : afterDigits(
          step,
          weighedAs(await answerElsewhere(ports, { ...outside, attempt: JSON.stringify([call, step]), answer: means.digits })),
        );
  if (scene.listens === null) await leaveUnanswered(ports, outside, whyOver);
  return { scene, purpose };
}

function weighedAs(verdict: Verdict): DigitsWeighed {
  if (verdict.type === 'answer.accepted') return 'right';
  if (verdict.type === 'answer.exhausted') return 'over';
  if (verdict.reason === 'newer') return 'another-call';
  return verdict.reason === 'expired' ? 'over' : 'wrong';
}

/** Whether the chat still waits for this call: neither over nor replaced by a newer one. */
async function isWaitedFor(ports: ElsewherePorts, { accountId }: Outside, challenge: ChallengeRecord): Promise<boolean> {
  return (
    challenge.state === 'open' && challenge.expiresAt > ports.clock.now() && (await newestOf(ports, accountId, challenge)) === challenge.id
  );
}

/** Who reports one call reports what was asked for, though another call has replaced this one meanwhile. */
async function challengesOfReport(ports: ElsewherePorts, { accountId }: Outside, challenge: ChallengeRecord): Promise<ReadonlySet<string>> {
  return new Set([challenge.id, (await newestOf(ports, accountId, challenge)) ?? challenge.id]);
}

async function newestOf(ports: ElsewherePorts, accountId: string, challenge: ChallengeRecord): Promise<string | null> {
  const key = keys.pace(accountId);
  const now = ports.clock.now();
  const { rows } = await ports.store.open({ key, owner: null, now });
  const { codes } = readPace(rows.get(key)?.value ?? null, now);
  return codes.find(({ of }) => of === codesOf(challenge))?.challenge ?? null;
}
