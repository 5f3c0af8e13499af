import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { dialogs } from '../../dialogs/all.ts';
import { methodKinds } from '../../dialogs/methods.ts';
import { languages, type Language } from '../../src/config/policy.ts';
import { agentKinds, standingOf } from '../../src/desk/agent-proof.ts';
import { caseActs } from '../../src/desk/acts.ts';
import { hasRight } from '../../src/desk/agents.ts';
import { callMac, shownCall } from '../../src/desk/call-number.ts';
import type { Call, Grant } from '../../src/desk/caller-of-case.ts';
import { caseCard } from '../../src/desk/case-card.ts';
import type { CaseRecord } from '../../src/desk/case-record.ts';
import { caseMail } from '../../src/desk/case-words.ts';
import { movedCard, secondCard } from '../../src/desk/chase-words.ts';
import { hashStartCode, startCodeHalf } from '../../src/desk/start-code-signs.ts';
import type { StartCode } from '../../src/desk/start-code-record.ts';
import { newRecoveryCode } from '../../src/methods/recovery-codes.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import type { Json } from '../../src/ports.ts';
import { keys } from '../../src/store/keys.ts';
import { actionsOf, statesOf } from '../dialogs/anatomy.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, agentNina, agentOmar, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
let now: number;
let base: CaseRecord;

beforeEach(async () => {
  world = new DeskWorld();
  world.standing = { ok: true, proof: 'agents-own' };
  world.registered = methodKinds.filter((kind) => kind !== 'manager-approval').map((kind) => ({ kind, since: 0 }));
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await world.pay();
  await world.click({ act: 'claim' });
  await world.pay();
  now = world.clock.now();
  base = await world.record();
});
afterEach(() => world.end());

const call = (more: Partial<Call> = {}): Call => ({
  id: 'call-1',
  by: agentNina,
  name: 'Nina Falk',
  mac: callMac(world.seals, 'call-1'),
  askedAt: now,
  until: now + 60_000,
  state: 'waiting',
  stack: null,
  attempt: 'typed-attempt',
  proofs: ['caller-gate-1', 'caller-gate-2'],
  verifiedAt: null,
  ...more,
});

const startCode = (more: Partial<StartCode> = {}): StartCode => ({
  id: 'start-code-1',
  at: now,
  until: now + 60_000,
  agent: { id: agentNina, name: 'Nina Falk', as: 'agent', ask: 'ask-of-nina' },
  second: { id: agentOmar, name: 'Omar Dahl', as: 'colleague', ask: 'ask-of-omar' },
  lost: true,
  checks: [agentNina, agentOmar].map((by) => ({ by, at: now, how: 'knows-them', proof: `voucher-gate-${by}` }) as const),
  code: { mac: hashStartCode(world.seals, { code: 'start-code-1', account: stina }), until: now + 60_000, wrong: [], redeemed: null },
  reported: null,
  ...more,
});

const grant = (more: Partial<Grant> = {}): Grant => ({
  id: `grant.${base.id}.AAAAAAAAAAAAAAAAAAAAAA`,
  what: 'password',
  method: null,
  by: agentNina,
  name: 'Nina Falk',
  at: now,
  approved: null,
  hasPassword: true,
  used: null,
  ...more,
});

/** A case in every state that its card can show. */
function everyState(): readonly CaseRecord[] {
  const verified = call({ state: 'verified', stack: base.stack, verifiedAt: now, passes: true });
  const calls = (['waiting', 'asked', 'refused', 'reported', 'no-answer'] as const).map((state) => ({ ...base, caller: call({ state }) }));
  const redeemed = { attempt: 'typed-code', at: now, password: 'proof-for-the-page', register: 'proof-to-register' };
  const code = startCode().code ?? null;
  const codes = [
    startCode(),
    startCode({ checks: [], code: null }),
    startCode({ code: code === null ? null : { ...code, redeemed } }),
    startCode({ code: code === null ? null : { ...code, wrong: ['1', '2', '3'] } }),
    startCode({ reported: { by: agentOmar, at: now } }),
  ];
  const frozen = { id: 'freeze-1', since: 0, sessions: 'ended', suspended: 1, thawed: null } as const;
  return [
    ...(['new', 'delivered', 'reopened', 'resolved', 'withdrawn', 'expired'] as const).map((state) => ({ ...base, state, claimed: null })),
    base,
    { ...base, state: 'waiting', thread: [{ at: now, kind: 'question', name: 'Nina Falk', text: 'Vilken dator?' }] },
    ...calls,
    { ...base, caller: verified },
    { ...base, caller: verified, grants: [grant()] },
    {
      ...base,
      caller: verified,
      grants: [grant({ what: 'remove-method', method: 'text-message', used: { for: 'page-of-use', at: now } })],
    },
    { ...base, caller: verified, approval: { what: 'unlock', method: null, by: agentNina, name: 'Nina Falk', at: now } },
    ...codes.map((each) => ({ ...base, startCode: each })),
    { ...base, code: 'LK_FROZEN', freeze: frozen, caller: verified },
    { ...base, code: 'LK_FROZEN', freeze: { ...frozen, thawed: { at: now, by: agentOmar, name: 'Omar Dahl' } } },
  ];
}

type Part = Readonly<Record<string, Json>>;

/** Every part of a card, those that open beneath a button too. */
const partsOf = (value: Json): readonly Part[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return (value as Json[]).flatMap(partsOf);
  const part = value as Part;
  return [part, ...Object.values(part).flatMap(partsOf)];
};

/** What stands before an agent of a case, on cards and in mail, in a language. */
function shownOf(record: CaseRecord, language: Language): { readonly cards: readonly Json[]; readonly text: string } {
  const { sentences } = world;
  const policy = { ...world.policy, contacts: { ...world.policy.contacts, desk: { ...world.policy.contacts.desk, language } } };
  const cards = [
    caseCard(sentences, policy, record, now),
    secondCard(sentences, policy, record, now),
    movedCard(sentences, policy, record),
  ];
  const mail = caseMail(sentences, policy, record, now);
  return { cards, text: JSON.stringify([cards, mail]) };
}

const each = (look: (shown: ReturnType<typeof shownOf>, record: CaseRecord) => void): void => {
  for (const record of everyState()) for (const language of languages) look(shownOf(record, language), record);
};

/** All that is typed freely on a card; everything else is a choice of a list. */
const written = ['answer.note', 'ask.note', 'assign.agent', 'check-identity.who', 'resolve.note'];

describe('R39: what an agent sees and fills in', () => {
  test('R39: the walk shows every act there is', () => {
    const acts = new Set(everyState().flatMap((record) => caseActs.filter((act) => act.offered(record, now) !== null).map(({ id }) => id)));
    expect([...acts].toSorted()).toEqual(caseActs.map(({ id }) => id).toSorted());
  });

  test('R39: no card takes anything but a note, a user ID or a choice: no code, no password, nothing hidden as it is typed', () => {
    const found = new Set<string>();
    each(({ cards }, record) => {
      for (const part of cards.flatMap(partsOf)) {
        if (typeof part['type'] !== 'string' || !part['type'].startsWith('Input.')) continue;
        expect(['Input.Text', 'Input.ChoiceSet']).toContain(part['type']);
        expect(part['style']).not.toBe('password');
        const acts = caseActs.filter((act) => act.offered(record, now)?.inputs?.some(({ id }) => id === part['id']));
        expect(acts).not.toEqual([]);
        if (part['type'] === 'Input.Text')
          for (const act of acts)
            for (const { id, form } of act.offered(record, now)?.inputs ?? [])
              if (id === part['id'] && typeof form === 'string') found.add(`${act.id}.${id}`);
      }
    });
    expect([...found].toSorted()).toEqual(written);
  });

  test.each(languages)('R39: no label of an input asks for a code, a password or an answer that proves somebody (%s)', (language) => {
    const words = JSON.parse(readFileSync(`src/locales/${language}/desk.json`, 'utf8')) as Readonly<Record<string, string>>;
    const labels = Object.entries(words).filter(([key]) => /^input\.[^.]+\.[^.]+(?:\.missing)?$/u.test(key));
    expect(labels.length).toBeGreaterThan(8);
    const secret = /\bkod|code\b|lösenord|password|engångs|one-time|siffror|digits|\bpin\b|säkerhetsfråg|security question|svaret på/iu;
    const asked = labels.map(([key, label]) => [key, label.replaceAll(/(?:Fråga|Skicka|Never) (?:aldrig|ask|send)[^.]*\./gu, '')]);
    expect(asked.filter(([, label]) => secret.test(label ?? ''))).toEqual([]);
  });

  test('R39: none shows one: no call number, no half of a start code, no id of a proof, a grant or a conversation, and no link but to Teams', () => {
    const code = startCode().id;
    const hidden = [
      new CodesOfChallenges(world.seals).of(shownCall('call-1')),
      startCodeHalf(world.seals, code, 1),
      startCodeHalf(world.seals, code, 2),
      call().mac,
      startCode().code?.mac ?? 'none',
      'typed-attempt',
      'typed-code',
      'caller-gate',
      'voucher-gate',
      'ask-of',
      'proof-for-the-page',
      'proof-to-register',
      'page-of-use',
      grant().id,
      base.stack ?? 'none',
    ];
    each(({ cards, text }) => {
      for (const secret of hidden) expect(text).not.toContain(secret);
      for (const part of cards.flatMap(partsOf))
        if (typeof part['url'] === 'string') expect(part['url']).toMatch(/^https:\/\/teams\.microsoft\.com\/l\//u);
    });
  });

  test('R39: what looks like one is held back wherever an agent can write: nothing of it is kept, shown or sent', async () => {
    const recovery = newRecoveryCode(realRandom);
    const secrets = [
      '482915',
      '482 915',
      recovery,
      `${startCodeHalf(world.seals, 'c', 1)} ${startCodeHalf(world.seals, 'c', 2)}`,
      '811218-9876',
    ];
    for (const place of written) {
      const [act = '', input = ''] = place.split('.');
      for (const secret of secrets) {
        const before = await world.record();
        const acted = await world.click({ act, typed: { second: 'other', lost: 'yes', [input]: `Koden är ${secret}` } });
        expect([place, acted.ok]).toEqual([place, false]);
        await world.pay();
        expect(await world.record()).toEqual(before);
      }
    }
    const kept = JSON.stringify([
      await world.record(),
      await world.audit(),
      await world.inbox(),
      await world.inbox(agentNina),
      [...world.shown.values()],
      world.mails.list(),
    ]);
    for (const secret of secrets) expect(kept).not.toContain(secret);
  });

  test('R39: in their own chat they type nothing of the employee’s either, and no page about the employee opens', () => {
    const about = { id: 'ask', kind: 'vouch', wish: null, name: 'Stina', userId: 'stina', case: 'LK-1001', until: now } as const;
    const context = { ask: 'ask', about, proofs: [], how: '', half: { code: 'start-code-1', half: 1, until: now } };
    for (const name of ['vouch', 'prove-agent', 'asked'] as const) {
      const { machine, prompts } = dialogs[name];
      const states = statesOf(machine);
      expect(states.flatMap((state) => actionsOf(state))).not.toContain('openPage');
      // The one dialog of another kind that they begin is a gate of their own.
      if (name !== 'asked') {
        const begun = JSON.stringify(machine.config).match(/"dialog":"[a-z-]+"|"purpose":"[a-z-]+"/gu) ?? [];
        for (const each of begun) expect(['"dialog":"verify"', '"purpose":"agent"']).toContain(each);
      }
      if (name === 'vouch')
        for (const [id, prompt] of Object.entries(prompts)) {
          const { input, page, shownCode } = prompt(context as never);
          expect([id, input, page, shownCode]).toEqual([id, undefined, undefined, undefined]);
        }
    }
    expect(Object.keys(dialogs['prove-agent'].prompts)).toEqual([]);
  });
});

describe('R39: agents', () => {
  test('R39: show who they are by a security key alone, unless the policy says otherwise', () => {
    const stated = /^agents:\n(?:[ \n].*\n|\n)*? {2}proof: (\S+)/mu.exec(readFileSync('src/config/default-policy.yaml', 'utf8'))?.[1];
    expect(stated).toBe('security-key');
    const byDefault = { agents: { ...world.policy.agents, proof: 'security-key' as const } };
    expect(agentKinds(byDefault)).toEqual(['security-key']);
    const proof = { proof: 'p', method: 'm', kind: 'authenticator-app', at: now, usedAt: now } as const;
    const row = { value: proof, version: 1 };
    expect(standingOf({ ...world.policy, ...byDefault }, { proof: row, methods: null, frozen: null }, now)).toBeNull();
  });

  test('R39: have the least there is: what reaches furthest takes their name in the policy, and a right given to some is nobody else’s', () => {
    const nina = account(agentNina, { groups: ['fjallbyn-helpdesk'] });
    const agents = { ...world.policy.agents, rights: {} };
    for (const right of ['temporary-pass', 'stop'] as const) expect(hasRight({ agents }, nina, right)).toBe(false);
    for (const right of ['answer', 'verify', 'password', 'remove-method', 'start-code', 'approve'] as const) {
      expect(hasRight({ agents }, nina, right)).toBe(true);
      const others = { ...agents, rights: { [right]: { accounts: [agentOmar], groups: [] } } };
      expect(hasRight({ agents: others }, nina, right)).toBe(false);
    }
  });

  test('R39: each act with power leaves agent, account, proof and reason in the audit', async () => {
    const powers = caseActs.filter(({ takesProof }) => takesProof);
    const done = new Set<string>();
    for (const { id } of powers) {
      for (const record of everyState()) {
        const act = caseActs.find((each) => each.id === id);
        if (act === undefined || act.offered(record, now) === null) continue;
        world.people.set(stina, account(stina));
        const { revision } = await world.record();
        await world.store.commit({ put: { [keys.case(base.id)]: { ...record, revision: revision + 1 } }, remove: [keys.granted(stina)] });
        const by = act.claimantOnly ? agentNina : agentOmar;
        const typed = { method: 'text-message', what: 'password' };
        const acted = await world.click({ case: base.id, act: id, version: revision + 1, by, typed });
        if (!acted.ok || !acted.changed) continue;
        const [entry] = (await world.audit()).filter((each) => each['act'] === `desk.${id}` && each['verdict'] === 'allowed').slice(-1);
        expect(entry).toMatchObject({ actor: by, account: stina, door: 'desk', reason: expect.stringMatching(/^I1[0-9]/u) });
        expect(entry?.['proofs']).toContain('agents-own');
        done.add(id);
        break;
      }
    }
    // The thaw takes a freeze of the account, and the call a caller's methods: each has a suite of its own.
    expect([...done].toSorted()).toEqual(
      powers
        .map(({ id }) => id)
        .filter((id) => id !== 'thaw' && id !== 'verify-caller')
        .toSorted(),
    );
  });
});
