import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digitsOfPage } from '../../src/methods/ceremony-code.ts';
import { claimPlace } from '../../src/methods/place-claims.ts';
import { refuseOtherRpId, rememberRpId } from '../../src/methods/relying-party.ts';
import { openSecret } from '../../src/methods/method-record.ts';
import { readCredential } from '../../src/methods/security-key.ts';
import { Browser } from '../pages/world.ts';
import { describeEngines } from '../store/engines.ts';
import { anna, keyRoom, type KeyRoom } from './key-room.ts';
import { hour, minute } from './room.ts';
import type { SoftKey, Whims } from './soft-key.ts';
import { certifiedModel } from './soft-key-certificate.ts';

let room: KeyRoom;
beforeEach(async () => {
  room = await keyRoom();
  await room.withNumber();
});
afterEach(() => room.close());

const methodOf = async (id: string) => (await room.document(anna)).methods.find((each) => each.id === id);

describe('registering a security key', () => {
  test('R16: the page asks for user verification, from a key outside the machine, with 256 random bits, and knows the keys that are there', async () => {
    const key = room.newKey();
    await room.register(key);
    const page = await room.enrolTab();
    const options = JSON.parse(page.options()) as Record<string, never>;
    expect(options).toMatchObject({
      rp: { id: 'latchkey.example.com' },
      attestation: 'none',
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred', authenticatorAttachment: 'cross-platform' },
    });
    expect(Buffer.from(options['challenge'] ?? '', 'base64url')).toHaveLength(32);
    expect(options['excludeCredentials']).toHaveLength(1);
    // Neither user ID nor account id is what a key keeps.
    expect(JSON.stringify(options['user'])).not.toContain(anna);
  });

  test('I21: nothing is registered by the ceremony alone; the page says what for, and its digits in the chat finish it', async () => {
    const stepUp = await room.prove('planted-1', 'step-up', room.at);
    const page = await room.enrolTab();
    for (const said of ['anna.berg@example.org', 'To add a security key', 'Requested']) expect(page.browser.text).toContain(said);
    const said = await page.answer(room.newKey().create(page.options()));
    expect(said).toContain('type these digits in your chat');
    expect(await room.told()).toEqual([{ type: 'page.done', page: page.pageId, outcome: { page: 'enrol-security-key' } }]);
    expect(await room.save({ draft: page.draft, proofs: [stepUp] }, room.at)).toEqual({ type: 'method.refused', reason: 'proofs' });
    const checked = await room.check(page.challenge, page.digits(), room.at);
    expect(checked).toMatchObject({ type: 'answer.accepted', kind: 'security-key' });
  });

  test('is called "Key 1", "Key 2" until it has a name; a number that is free again is taken', async () => {
    const first = await room.register(room.newKey());
    await room.register(room.newKey());
    await room.remove({ method: first, proofs: [await room.prove('planted-1', 'step-up', room.at)] }, room.at);
    await room.register(room.newKey());
    expect((await room.document(anna)).methods.map(({ label }) => label)).toEqual(['...05', 'Key 2', 'Key 1']);
  });

  test('needs a method of another kind first', async () => {
    const bare = await keyRoom();
    try {
      expect(await bare.draft('security-key', undefined, bare.at)).toEqual({ type: 'draft.rejected', reason: 'needs-another' });
    } finally {
      await bare.close();
    }
  });

  test('is not stored once the other method is gone', async () => {
    const stepUp = await room.prove('planted-1', 'step-up', room.at);
    const page = await room.enrolTab();
    await page.answer(room.newKey().create(page.options()));
    const checked = await room.check(page.challenge, page.digits(), room.at);
    const again = await room.prove('planted-1', 'step-up', room.at);
    await room.remove({ method: 'planted-1', proofs: [again] }, room.at);
    const proof = checked.type === 'answer.accepted' ? checked.proof : '';
    expect((await room.save({ draft: page.draft, proofs: [stepUp, proof] }, room.at)).type).toBe('method.refused');
    expect((await room.document(anna)).methods).toEqual([]);
  });

  test('up to ten, and no eleventh', async () => {
    const stepUp = await room.prove('planted-1', 'step-up', room.at);
    for (let n = 0; n < 10; n += 1) await room.register(room.newKey(), {}, stepUp);
    expect(await room.draft('security-key', undefined, room.at)).toEqual({ type: 'draft.rejected', reason: 'full' });
  });

  test('the same key twice: said, and no try is counted', async () => {
    const page = await room.enrolTab();
    const key = room.newKey();
    const made = key.create(page.options());
    await page.answer(made);
    const stepUp = await room.prove('planted-1', 'step-up', room.at);
    const checked = await room.check(page.challenge, page.digits(), room.at);
    await room.save({ draft: page.draft, proofs: [stepUp, checked.type === 'answer.accepted' ? checked.proof : ''] }, room.at);
    const other = await room.enrolTab();
    // A browser obeys excludeCredentials; whoever writes the answer by hand does not.
    const { challenge } = JSON.parse(other.options()) as { challenge: string };
    const answer = JSON.parse(made) as { response: { clientDataJSON: string } };
    const clientData = JSON.parse(Buffer.from(answer.response.clientDataJSON, 'base64url').toString()) as Record<string, unknown>;
    answer.response.clientDataJSON = Buffer.from(JSON.stringify({ ...clientData, challenge })).toString('base64url');
    expect(await other.answer(JSON.stringify(answer))).toContain('registered for your account already');
    expect(await other.answer('{}')).toContain('Nothing came from the key');
  });

  test('one credential belongs to one account; given back when it is removed', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const stored = await methodOf(method);
    const credential = stored === undefined ? null : readCredential(openSecret(room.seals, anna, stored));
    const place = `webauthn:${Buffer.from(credential?.id ?? '', 'base64url').toString('hex')}`;
    expect(await claimPlace(room.ports, place, 'somebody-else', 1)).toBe(false);
    await room.remove({ method, proofs: [await room.prove('planted-1', 'step-up', room.at)] }, room.at);
    expect(await claimPlace(room.ports, place, 'somebody-else', 1)).toBe(true);
  });
});

const unverified: readonly (readonly [string, Whims])[] = [
  ['another origin', { origin: 'https://latchkey.example.net' }],
  ['another RP ID', { rpId: 'example.net' }],
  ['a challenge nobody gave', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['a person the key did not verify', { unverified: true }],
  ['a key nobody touched', { absent: true }],
  ['an answer to something else', { type: 'payment.get' }],
];

describe('R16: what does not verify', () => {
  test.each(unverified)('%s registers nothing and counts a try', async (_, whims) => {
    const page = await room.enrolTab();
    expect(await page.answer(room.newKey().create(page.options(), whims))).toContain('You have 2 tries left');
    expect(page.digits()).toBe('none');
    expect(await room.told()).toEqual([]);
  });

  test.each([...unverified, ['an account the key does not keep it for', { userHandle: 'c29tZWJvZHktZWxzZQ' }] as const])(
    '%s passes nothing and counts a try',
    async (_, whims) => {
      const key = room.newKey();
      const page = await room.useTab(await room.register(key), 'reset');
      expect(await page.answer(key.get(page.options(), whims) ?? '')).toContain('You have 2 tries left');
      expect(page.digits()).toBe('none');
    },
  );

  test('a key of somebody else, and a right credential with another signature', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, 'reset');
    const stranger = room.newKey();
    stranger.create(JSON.stringify({ challenge: 'AA', rp: { id: 'latchkey.example.com' }, user: { id: 'AA' } }));
    expect(stranger.get(page.options())).toBeNull();
    expect(await page.answer(stranger.force(page.options()))).toContain('You have 2 tries left');
    const right = JSON.parse(key.get(page.options()) ?? '{}') as { response: object };
    const foreign = JSON.parse(stranger.force(page.options())) as { response: object };
    expect(await page.answer(JSON.stringify({ ...right, response: { ...right.response, ...foreign.response } }))).toContain('one try left');
    expect(page.digits()).toBe('none');
  });

  test('I6: three that do not verify are a failed verification: the page is over, the chat goes on, the key waits', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, 'reset');
    for (const _ of [1, 2, 3]) await page.answer(key.get(page.options(), { unverified: true }) ?? '');
    expect(page.browser.last.status).toBe(404);
    const { challenge } = page;
    expect((await room.told()).at(-1)).toEqual({
      type: 'challenge.answered',
      challenge,
      verdict: { type: 'answer.exhausted', scope: 'method', until: room.clock.now() + minute },
    });
    expect(await room.send({ method }, 'reset', { ...room.at, session: 'f9' })).toMatchObject({
      type: 'challenge.refused',
      reason: 'pace',
    });
  });

  test('I6: nothing, and what is no answer of a key, counts no try', async () => {
    const page = await room.useTab(await room.register(room.newKey()), 'reset');
    for (const nothing of ['', '{}', 'null', '[]', '{"id":"x"}']) expect(await page.answer(nothing)).toContain('Nothing came from the key');
  });
});

describe('using a security key', () => {
  test.each(['reset', 'unlock', 'step-up'] as const)('R16: proves %s, once', async (purpose) => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, purpose);
    await page.answer(key.get(page.options()) ?? '');
    const digits = page.digits();
    expect(await room.check(page.challenge, digits, room.at)).toMatchObject({ type: 'answer.accepted', kind: 'security-key' });
    expect(await room.check(page.challenge, digits, room.at)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    await page.browser.get(page.url);
    expect(page.digits()).toBe('none');
  });

  test('a key that keeps no account, and one that does not count', async () => {
    const key = room.newKey();
    const method = await room.register(key, { counter: 0 });
    for (const _ of [1, 2]) {
      const page = await room.useTab(method, 'reset');
      await page.answer(key.get(page.options(), { userHandle: null, counter: 0 }) ?? '');
      expect(await room.check(page.challenge, page.digits(), room.at)).toMatchObject({ type: 'answer.accepted' });
    }
  });

  test('whichever of the keys is touched is the one that is proved; one that cools off is not among them', async () => {
    const [first, second] = [room.newKey(), room.newKey()];
    const [one, other] = [await room.register(first), await room.register(second)];
    const page = await room.useTab(one, 'reset');
    await page.answer(second.get(page.options()) ?? '');
    await room.check(page.challenge, page.digits(), room.at);
    expect([(await methodOf(one))?.lastUsedAt, (await methodOf(other))?.lastUsedAt]).toEqual([null, room.clock.now()]);

    const cooling = await keyRoom({ policy: (policy) => ({ ...policy, cooling: { hours: 24, firstRegistration: true } }) });
    try {
      await cooling.withNumber();
      const [a, b] = [cooling.newKey(), cooling.newKey()];
      const old = await cooling.register(a);
      cooling.clock.forward(25 * hour);
      await cooling.register(b);
      const asked = await cooling.useTab(old, 'reset');
      expect(b.get(asked.options())).toBeNull();
      expect(await asked.answer(b.force(asked.options()))).toContain('You have 2 tries left');
    } finally {
      await cooling.close();
    }
  });

  test('R10: a challenge is good for one answer on one page: used again, on another page or for another challenge, it is worth nothing', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, 'reset');
    const first = page.options();
    await page.answer(key.get(first, { unverified: true }) ?? '');
    expect(page.options()).not.toBe(first);
    expect(await page.answer(key.get(first) ?? '')).toContain('one try left');

    const forSecond = await room.useTab(method, 'reset');
    const again = await room.tabAgain(forSecond.challenge);
    expect(again.options()).not.toBe(forSecond.options());
    expect(JSON.parse(again.options())).not.toMatchObject({
      challenge: (JSON.parse(forSecond.options()) as { challenge: string }).challenge,
    });
    const right = key.get(again.options()) ?? '';
    await again.answer(right);
    expect(again.digits()).toMatch(/^\d{6}$/);
    // Sent twice: the page shows what it showed, and nothing is weighed again.
    const shown = again.digits();
    await again.browser.post(again.url, { csrf: again.browser.csrf, answer: right });
    await again.browser.get(again.url);
    expect(again.digits()).toBe(shown);
    const third = await room.useTab(method, 'unlock');
    // The third that does not verify: the key rests, and the page is over.
    await third.answer(right);
    expect([third.browser.last.status, third.digits()]).toEqual([404, 'none']);
  });

  test('I21, R7: the digits are worth nothing in another chat, for another challenge, or before the ceremony', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, 'reset');
    const ahead = digitsOfPage(room.seals, page.pageId);
    expect(await room.check(page.challenge, ahead, room.at)).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
    await page.answer(key.get(page.options()) ?? '');
    const digits = page.digits();
    expect(digits).toBe(ahead);
    expect(await room.check(page.challenge, digits, { ...room.at, stack: 'p00/stack/tenant/personal/thief' })).toMatchObject({
      reason: 'expired',
    });
    const other = await room.useTab(method, 'unlock');
    expect(await room.check(other.challenge, digits, room.at)).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
  });

  test('I21: another browser neither sees nor answers it', async () => {
    const key = room.newKey();
    const page = await room.useTab(await room.register(key), 'reset');
    const answer = key.get(page.options()) ?? '';
    const other = new Browser(room.world);
    await other.post(page.url, { csrf: page.browser.csrf, answer });
    expect(other.last.status).toBe(403);
    expect(other.text).not.toContain('data-options');
    await page.browser.get(page.url);
    expect(page.digits()).toBe('none');
  });

  test('I7: digits end after five minutes, the page after ten; both say what to do', async () => {
    const key = room.newKey();
    const method = await room.register(key);
    const page = await room.useTab(method, 'reset');
    await page.answer(key.get(page.options()) ?? '');
    const digits = page.digits();
    room.clock.forward(5 * minute);
    expect(await room.check(page.challenge, digits, room.at)).toMatchObject({ type: 'answer.rejected' });
    await page.browser.get(page.url);
    expect(page.browser.text).toContain('Go back to your chat');
    const late = await room.useTab(method, 'reset');
    const answer = key.get(late.options()) ?? '';
    room.clock.forward(10 * minute);
    await late.answer(answer);
    expect(late.browser.last.status).toBe(404);
  });

  test('I5: what a key confirmed that was there before counts at once', async () => {
    const slow = await keyRoom({ policy: (policy) => ({ ...policy, cooling: { hours: 24, firstRegistration: false } }) });
    try {
      await slow.withNumber();
      const key = slow.newKey();
      const method = await slow.register(key);
      slow.clock.forward(25 * hour);
      const stepUp = await slow.use(key, method, 'step-up');
      const page = await slow.enrolTab();
      await page.answer(slow.newKey().create(page.options()));
      const checked = await slow.check(page.challenge, page.digits(), slow.at);
      await slow.save({ draft: page.draft, proofs: [stepUp, checked.type === 'answer.accepted' ? checked.proof : ''] }, slow.at);
      const newest = (await slow.document(anna)).methods.at(-1);
      expect([newest?.addedAt, newest?.countsFrom]).toEqual([slow.clock.now(), slow.clock.now()]);
    } finally {
      await slow.close();
    }
  });
});

describe('R16: a counter that does not go forward', () => {
  const copied = async (counter: number): Promise<{ method: string; key: SoftKey }> => {
    const key = room.newKey();
    const method = await room.register(key);
    await room.use(key, method, 'reset');
    const thief = key.copy();
    await room.use(key, method, 'reset');
    const page = await room.useTab(method, 'reset');
    await page.answer(thief.get(page.options(), { counter }) ?? '');
    expect(page.digits()).toBe('none');
    expect((await room.told()).at(-1)).toEqual({ type: 'challenge.unanswered', challenge: page.challenge, reason: 'copied' });
    return { method, key };
  };

  test.each([
    ['goes back', 2],
    ['stands still', 3],
    ['is gone', 0],
  ])('that %s suspends the key, tells its owner elsewhere, and is seen in the list', async (_, counter) => {
    const { method } = await copied(counter);
    expect((await methodOf(method))?.suspended).toBe('copied');
    expect(await room.send({ method }, 'reset', { ...room.at, session: 'f9' })).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(await room.read('reset', { ...room.at, session: 'f9' })).toMatchObject({
      methods: expect.arrayContaining([expect.objectContaining({ id: method, usable: 'copied' })]),
    });
    expect(await room.world.audit()).toContain('security-key.ceremony refused copied');
  });

  test('a suspended key can be removed', async () => {
    const { method } = await copied(1);
    const proof = await room.prove('planted-1', 'step-up', { ...room.at, session: 'f9' });
    expect(await room.remove({ method, proofs: [proof] }, { ...room.at, session: 'f9' })).toEqual({ type: 'method.removed' });
  });
});

describe('models the policy allows', () => {
  const withModels = (allowedModels: readonly string[]) =>
    keyRoom({ policy: (policy) => ({ ...policy, securityKeys: { allowedModels } }) });
  const enrol = async (models: readonly string[], whims: Whims): Promise<{ readonly said: string; readonly asked: string }> => {
    const listed = await withModels(models);
    try {
      await listed.withNumber();
      const page = await listed.enrolTab();
      const { attestation } = JSON.parse(page.options()) as { attestation: string };
      return { said: await page.answer(listed.newKey().create(page.options(), whims)), asked: attestation };
    } finally {
      await listed.close();
    }
  };
  const right = 'type these digits in your chat';
  const refused = 'does not allow that model';

  test('one that a certificate attests is taken, and the key is asked to attest', async () => {
    const { said, asked } = await enrol([certifiedModel], { attests: 'certificate', aaguid: certifiedModel });
    expect(said).toContain(right);
    expect(asked).toBe('direct');
  });

  test.each([
    ['that attests nothing', { attests: 'none', aaguid: certifiedModel }],
    ['whose model is its own word alone', { attests: 'self', aaguid: certifiedModel }],
  ] as const)('a key %s is refused, and no try is counted', async (_, whims) => {
    const { said } = await enrol([certifiedModel], whims);
    expect(said).toContain(refused);
    expect(said).not.toContain('tries left');
  });

  test('another model is refused', async () => {
    expect((await enrol(['2fc0579f-8113-47ea-b116-bb5a8db9202a'], { attests: 'certificate', aaguid: certifiedModel })).said).toContain(
      refused,
    );
  });

  test('a model that its certificate is not of does not verify', async () => {
    const other = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
    expect((await enrol([other], { attests: 'certificate', aaguid: other })).said).toContain('tries left');
  });

  test('without a list every key is taken, and none is asked for its model', async () => {
    const { said, asked } = await enrol([], { attests: 'none' });
    expect(said).toContain(right);
    expect(asked).toBe('none');
  });
});

describeEngines('security keys', (engine) => {
  const fifty = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 50 }, work));

  test('invariant 5: of fifty right answers to one ceremony one is weighed; of fifty right digits one is accepted', async () => {
    const { store } = await engine.fresh();
    const shared = await keyRoom({ store });
    await shared.withNumber();
    const key = shared.newKey();
    const method = await shared.register(key);
    const page = await shared.useTab(method, 'reset');
    const answer = key.get(page.options()) ?? '';
    const { csrf } = page.browser;
    await fifty(async () => page.browser.post(page.url, { csrf, answer }));
    const done = (await shared.told()).filter((told) => (told as { page?: string }).page === page.pageId);
    expect(done).toEqual([{ type: 'page.done', page: page.pageId, outcome: { page: 'use-security-key' } }]);
    await page.browser.get(page.url);
    const digits = page.digits();
    const verdicts = await fifty(async () => shared.check(page.challenge, digits, shared.at));
    expect(verdicts.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
  });

  test('I6: of fifty answers that do not verify exactly as many are weighed as the limit allows', async () => {
    const { store } = await engine.fresh();
    const shared = await keyRoom({ store });
    await shared.withNumber();
    const key = shared.newKey();
    const page = await shared.useTab(await shared.register(key), 'reset');
    for (let n = 0; n < 3; n += 1) {
      const answer = key.get(page.options(), { unverified: true }) ?? '';
      const { csrf } = page.browser;
      await fifty(async () => page.browser.post(page.url, { csrf, answer }));
      await page.browser.get(page.url);
    }
    expect((await shared.document(anna)).methods.at(-1)?.tries.wrong).toBe(3);
    const exhausted = (await shared.told()).filter((told) => (told as { type: string }).type === 'challenge.answered');
    expect(exhausted).toHaveLength(1);
  });

  test('R16: the RP ID of the first key is remembered: a start with another refuses, and says what to do', async () => {
    const { store } = await engine.fresh();
    const shared = await keyRoom({ store });
    const { clock } = shared.ports;
    await refuseOtherRpId(store, clock, 'anything.example.org');
    await shared.withNumber();
    await shared.register(shared.newKey());
    await refuseOtherRpId(store, clock, 'latchkey.example.com');
    const refused = refuseOtherRpId(store, clock, 'example.com');
    await expect(refused).rejects.toMatchObject({ code: 'latchkey_methods_rp_id', kind: 'configuration' });
    await expect(refused).rejects.toThrow('Set RP_ID to latchkey.example.com');
    await expect(rememberRpId(store, clock, 'example.com')).rejects.toMatchObject({ code: 'latchkey_methods_rp_id' });
  });
});
