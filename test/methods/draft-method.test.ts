import { describe, expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { accountOf, alternate, anna, makeRoom, mobile, taken } from './room.ts';

describe('what is typed as a number (R34)', () => {
  test.each([
    ['070-174 06 05', '...05'],
    ['+46 70 174 06 05', '...05'],
    ['0046701740605', '...05'],
    ['＋４６７０１７４０６０５', '...05'],
    ['+46 0701740605', '...05'],
    ['+47 412 34 567', '...67'],
  ])('%s is a mobile number, and only its end is shown (R41)', async (typed, masked) => {
    const room = makeRoom();
    const result = await room.draft('text-message', typed);
    expect(result).toMatchObject({ type: 'draft.taken', masked });
    const stored = JSON.stringify(await room.row(keys.draft(anna, taken(result))));
    expect(stored).not.toContain('701740605');
    expect(stored).not.toContain('41234567');
  });

  test.each([
    ['hej', 'not-a-number'],
    ['', 'not-a-number'],
    ['12', 'not-a-number'],
    ['070-123', 'not-a-number'],
    ['👍🏽', 'not-a-number'],
    ['0701740605 ring mig', 'not-a-number'],
    ['+46 70 174 06 05 ext 7', 'not-a-number'],
    ['0'.repeat(100_000), 'not-a-number'],
    ['08-465 004 10', 'not-a-mobile'],
    ['0900-1234567', 'special-number'],
    ['0771-456 456', 'special-number'],
    ['020-123 456', 'special-number'],
    ['010-456 10 00', 'special-number'],
    ['+45 90 12 34 56', 'special-number'],
    ['+47 810 12 345', 'special-number'],
    ['+358 600 12345', 'special-number'],
    ['112', 'not-a-number'],
    ['114 14', 'not-a-number'],
    ['+1 201 555 0123', 'not-allowed-country'],
    ['+7 701 511 2233', 'not-allowed-country'],
  ])('%.30s is refused: %s', async (typed, reason) => {
    const room = makeRoom();
    expect(await room.draft('text-message', typed)).toEqual({ type: 'draft.rejected', reason });
  });

  test('a plan that does not tell mobile from fixed gets the benefit of the doubt, and the first country is the one at home', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, countries: ['US', 'SE'] } }) });
    expect(await room.draft('text-message', '(201) 555-0123')).toMatchObject({ type: 'draft.taken', masked: '...23' });
    expect(await room.draft('text-message', '070-174 06 05')).toEqual({ type: 'draft.rejected', reason: 'not-a-number' });
    expect((await room.draft('text-message', '+46701740605')).type).toBe('draft.taken');
  });

  test("R34: a number on the policy's list is refused, however it is written; the one beside it is not", async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, refusedNumbers: ['+46701740605'] } }) });
    for (const typed of ['070-174 06 05', '+46 (0)70 174 06 05', '0046701740605']) {
      expect(await room.draft('text-message', typed)).toEqual({ type: 'draft.rejected', reason: 'refused-number' });
    }
    expect((await room.draft('text-message', '070-174 06 06')).type).toBe('draft.taken');
  });

  test('one that is registered already is told so', async () => {
    const room = makeRoom();
    await room.plant([{ kind: 'text-message', to: mobile }]);
    expect(await room.draft('text-message', '0701740605')).toEqual({ type: 'draft.rejected', reason: 'already-yours' });
  });

  test('I11: who has not proved to have it does not learn that it serves as many accounts as it may', async () => {
    const room = makeRoom();
    for (const account of ['account-2', 'account-3']) await room.plant([{ kind: 'text-message', to: mobile }], account);
    expect((await room.draft('text-message', mobile)).type).toBe('draft.taken');
  });
});

describe('what is typed as an address', () => {
  test('R41: is an alternate one, and all but its first sign before the @ is hidden', async () => {
    const room = makeRoom();
    const result = await room.draft('email', ' Anna.Berg@Example.ORG ');
    expect(result).toMatchObject({ type: 'draft.taken', masked: 'A...@example.org' });
    expect(JSON.stringify(await room.row(keys.draft(anna, taken(result))))).not.toContain('Berg');
  });

  test.each([
    ['hej', 'not-an-address'],
    ['anna@', 'not-an-address'],
    ['anna@example', 'not-an-address'],
    ['a b@example.org', 'not-an-address'],
    ['Anna <anna@example.org>', 'not-an-address'],
    ['anna@example.org, bo@example.org', 'not-an-address'],
    [`${'a'.repeat(300)}@example.org`, 'not-an-address'],
    ['anna@berg-alias.example', 'work-address'],
    ['ANNA.BERG@FJALLBYN.EXAMPLE', 'work-address'],
    ['anna.private@fjallbyn.example', 'company-domain'],
    ['anna@lager.fjallbyn.example', 'company-domain'],
    // A note after a `+`, another case: the same mailbox.
    ['anna.berg+privat@fjallbyn.example', 'work-address'],
    ['Anna+x@Berg-Alias.example', 'work-address'],
    ['anna+x@fjallbyn.example', 'company-domain'],
    // Other signs for the same letters, and another full stop (RFC 5890).
    ['anna@ｆｊａｌｌｂｙｎ.example', 'company-domain'],
    ['anna@fjallbyn。example', 'company-domain'],
    ['anna@FJALLBYN.EXAMPLE', 'company-domain'],
    // What some servers would read as the company's, ours does not read at all.
    ['anna@fjallbyn.example.', 'not-an-address'],
    ['"anna.berg"@fjallbyn.example', 'not-an-address'],
    ['anna@example.org@fjallbyn.example', 'not-an-address'],
    ['anna(work)@fjallbyn.example', 'not-an-address'],
    ['anna@[192.0.2.1]', 'not-an-address'],
    ['anna@192.0.2.1', 'not-an-address'],
    ['anna\u200b@example.org', 'not-an-address'],
    // Read by several, or by nobody.
    ['info@example.org', 'group-mailbox'],
    ['Support+anna@example.org', 'group-mailbox'],
    ['no-reply@example.org', 'group-mailbox'],
    ['do_not_reply@example.org', 'group-mailbox'],
    ['kundtjanst@example.org', 'group-mailbox'],
    ['support-se@example.org', 'group-mailbox'],
    ['postmaster@example.org', 'group-mailbox'],
    ['friends-request@example.org', 'group-mailbox'],
    ['ALLA@example.org', 'group-mailbox'],
  ])('%.40s is refused: %s', async (typed, reason) => {
    const room = makeRoom();
    expect(await room.draft('email', typed)).toEqual({ type: 'draft.rejected', reason });
  });

  test.each(['anna.info@example.org', 'informatik@example.org', 'teamo@example.org', 'it.anna@example.org', 'hej@berg.example'])(
    '%s is somebody’s own',
    async (typed) => {
      const room = makeRoom();
      expect((await room.draft('email', typed)).type).toBe('draft.taken');
    },
  );

  test('a domain that only looks like the company’s shows as what it is', async () => {
    const room = makeRoom();
    // The a is Cyrillic.
    expect(await room.draft('email', 'anna@fj\u0430llbyn.example')).toMatchObject({
      type: 'draft.taken',
      masked: 'a...@xn--fjllbyn-3fg.example',
    });
    const company = makeRoom({
      policy: (policy) => ({ ...policy, organisation: { ...policy.organisation, domains: ['xn--fjllbyn-6wa.example'] } }),
    });
    expect(await company.draft('email', 'anna@fjällbyn.example')).toEqual({ type: 'draft.rejected', reason: 'company-domain' });
  });

  test('a domain that only ends in the same letters is another one', async () => {
    const room = makeRoom();
    expect((await room.draft('email', 'anna@notfjallbyn.example')).type).toBe('draft.taken');
  });
});

describe('room for one more', () => {
  test('there is as much of it as the policy says, and none for what it does not allow', async () => {
    const room = makeRoom({
      policy: (policy) => ({ ...policy, methods: { ...policy.methods, 'text-message': { enabled: false, most: 2 } } }),
    });
    await room.plant([{ kind: 'email', to: alternate }]);
    const full = { type: 'draft.rejected', reason: 'full' };
    expect(await room.draft('email', 'second@example.org')).toEqual(full);
    expect(await room.draft('text-message', mobile)).toEqual(full);
    expect((await room.draft('authenticator-app')).type).toBe('draft.taken');
    expect(await room.draft('authenticator-app', undefined, { account: () => Promise.resolve(null) })).toEqual(full);
    expect(
      await room.draft('authenticator-app', undefined, { account: () => Promise.resolve(accountOf(anna, { enabled: false })) }),
    ).toEqual(full);
  });

  test('a second app is told from the first by its name', async () => {
    const room = makeRoom();
    expect(await room.draft('authenticator-app')).toMatchObject({ masked: 'Fjällbyn AB' });
    await room.plant([{ kind: 'authenticator-app' }]);
    expect(await room.draft('authenticator-app')).toMatchObject({ masked: 'Fjällbyn AB 2' });
    // The second of three was removed: its number is free, the third's is not.
    const { methods, ...rest } = await room.document();
    const third = methods.map((each) => ({ ...each, id: 'third', label: 'Fjällbyn AB 3' }));
    await room.store.commit({ put: { [keys.methods(anna)]: { ...rest, methods: [...methods, ...third] } } });
    expect(await room.draft('authenticator-app')).toMatchObject({ masked: 'Fjällbyn AB 2' });
  });
});
