import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readTrail } from '../../src/security/audit-trail.ts';
import type { AuditEntry } from '../../src/security/audit-record.ts';
import { partitionOf } from '../../src/store/keys.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { appCode } from './codes.ts';
import { askFor, languages, newestCode, pass, provePresentPassword, registerByCode, rightCode } from './steps.ts';

const minuteMs = 60_000;

let house: House;
beforeAll(async () => {
  // Nobody here types most of the codes they ask for: the country is not to be stopped for that.
  const breaker = { codes: 20, usedPercent: 0, minutes: 60 };
  house = await openHouse({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, breaker } }) });
});
afterAll(async () => house.close());

describe.each(['sv', 'en'] as const)('rules of methods, end to end, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const chatOf = (account: DemoAccount): Person => new Person(house, account, { locale });
  const hire = async (...given: Parameters<House['hire']>): Promise<Person> => chatOf(await house.hire(...given));
  const number = (last: number): string => `+4670174060${last}`;
  const cancel = say('avbryt', 'cancel');
  const auditOf = async ({ account }: Person): Promise<readonly AuditEntry[]> => {
    const entries: AuditEntry[] = [];
    for await (const { rows } of readTrail(house.store, house.seals, partitionOf(account.id)))
      entries.push(...rows.flatMap(({ value }) => (value === null ? [] : [value as unknown as AuditEntry])));
    return entries.filter((entry) => entry.account === account.id);
  };

  describe('R12: only the server\u2019s clock counts', () => {
    /** Writes as a client whose clock says otherwise. */
    async function writes(person: Person, text: string, at: number): Promise<void> {
      const time = new Date(at).toISOString();
      await person.post({ type: 'message', text, textFormat: 'plain', timestamp: time, localTimestamp: time });
      await person.hear();
    }

    test('R12: a code that has expired stays so, whatever time the message says', async () => {
      const person = await hire('registered');
      await person.say(forgot);
      await askFor(person, 'text-message');
      const sentAt = house.clock.now();
      const code = await rightCode(house, person, 'text-message');
      house.clock.forward(5 * minuteMs + 1);
      await writes(person, code, sentAt);
      expect(person.prompt).toBe('verify.answer');
      expect(person.words).toContain(say('slutat gälla', 'has expired'));
    });

    test('R12: nor is an app\u2019s code of five minutes ago, or of five minutes from now, right', async () => {
      const person = await hire('registered');
      await person.say(forgot);
      await askFor(person, 'authenticator-app');
      for (const apart of [-5 * minuteMs, 5 * minuteMs]) {
        const at = house.clock.now() + apart;
        await writes(person, await appCode(person.account.otpauth ?? '', at), at);
        expect(person.words).toContain(say('Koden stämmer inte', 'That is not the code'));
      }
    });
  });

  describe('R13: mail carries a code for recovery and is no authenticator', () => {
    test('R13: alone it opens nothing, and nothing is sent to it', async () => {
      const person = await hire('registered', { methods: ['email'] });
      await person.say(forgot);
      expect(person.prompt).toBe('escalate.offer');
      expect(await newestCode(house, person.account.address ?? '')).toBe('');
    });

    test('R13: it changes no methods: who has nothing else is asked for the present password', async () => {
      const person = await hire('registered', { methods: ['email'] });
      await person.say(register);
      expect(person.prompt).toBe('first-proof.page');
      expect(await newestCode(house, person.account.address ?? '')).toBe('');
    });
  });

  describe('R14: what goes by the telephone network is restricted', () => {
    test('R14: who registers a number is told of the risk, and of what is safer', async () => {
      const person = await hire('unregistered');
      await person.say(register);
      await provePresentPassword(house, person);
      expect(person.buttons().map(({ choose }) => choose)).toContain('authenticator-app');
      await person.choose('text-message');
      expect(person.words).toContain(say('flyttas till ett annat simkort', 'moved to another SIM card'));
      expect(person.words).toContain(say('en autentiseringsapp är säkrare', 'an authenticator app is safer'));
      await person.say(cancel);
    });
  });

  describe('R21: an address counts and is told of things once a code there proved it', () => {
    test('R21: one that nobody proved is not listed, and is told nothing; one that was is, with when and from where in the audit', async () => {
      const person = await hire('unregistered');
      await person.say(register);
      await provePresentPassword(house, person);
      const [unproved, proved] = [number(say(1, 2)), number(say(3, 4))];
      await person.choose('text-message');
      await person.type(unproved);
      const code = await newestCode(house, unproved);
      await person.type(code === '000000' ? '111111' : '000000');
      await person.choose('change');
      await person.type(proved);
      await person.type(await newestCode(house, proved));
      expect(person.prompt).toBe('register.choose');
      await house.delivered(({ to, text }) => to === person.account.userId && text.includes(say('lagts till', 'was added')));
      const told = (await house.outbox()).filter(({ to }) => to === unproved).map(({ text }) => text);
      expect(told).toHaveLength(1);
      await person.say(cancel);
      await person.say(say('mina metoder', 'my methods'));
      expect(person.words).toContain(`...${proved.slice(-2)}`);
      expect(person.words).not.toContain(`...${unproved.slice(-2)}`);
      const bound = (await auditOf(person)).filter(({ act, verdict }) => act === 'methods.store' && verdict === 'allowed');
      expect(bound).toMatchObject([{ door: 'teams', actor: person.account.id, at: expect.any(Number) }]);
    });
  });

  describe('R22: a change of methods is told where the new one is not', () => {
    test('R22: to the work mailbox and to the number that was there, not to the new address alone', async () => {
      const person = await hire('registered', { methods: ['text-message'] });
      const old = person.account.number ?? '';
      await person.say(register);
      await pass(house, person, 'text-message');
      const address = say('ny.r22@example.org', 'new.r22@example.org');
      await registerByCode(house, person, 'email', address);
      const added = say(/lades till|lagts till/u, /added/u);
      await house.delivered(({ kind, to, text }) => kind === 'mail' && to === person.account.userId && added.test(text));
      await house.delivered(({ kind, to, text }) => kind === 'sms' && to === old && added.test(text));
    });
  });

  describe('R23: what is lost is gone at once', () => {
    test('R23: a removed method is asked for nowhere from then on', async () => {
      const person = await hire('registered');
      await person.say(forgot);
      await askFor(person, 'text-message');
      const lost = await rightCode(house, person, 'text-message');
      await person.say(cancel);
      await person.say(say('mina metoder', 'my methods'));
      await person.choose(person.choiceNamed(say('Hantera sms', 'Manage text message')));
      await person.choose('remove');
      await pass(house, person, 'authenticator-app');
      await person.choose('remove');
      await person.say(cancel);
      await person.say(forgot);
      expect(person.words).not.toContain(say('skickat ett sms', 'sent a text message'));
      await person.say(lost);
      expect(person.prompt).not.toBe('reset.page');
    });
  });

  describe('R33: what is asked for counts, answered or not', () => {
    test('R33: four texts in ten minutes to a number, however often the dialog is begun anew; then another way, with the time', async () => {
      const person = await hire('registered', { methods: ['text-message', 'authenticator-app'] });
      for (let begun = 0; begun < 5; begun += 1) {
        house.clock.forward(125_000);
        await person.say(forgot);
        if (begun < 4) await person.say(cancel);
      }
      expect((await house.outbox()).filter(({ to }) => to === person.account.number)).toHaveLength(4);
      expect(person.words).toMatch(
        say(
          /Vi kan inte skicka fler koder eller ringa fler samtal just nu. Det går igen/u,
          /We cannot send more codes or make more calls for now. It is possible again/u,
        ),
      );
    });
  });
});
