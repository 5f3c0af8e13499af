import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const wanted = { code: 'SSPR_0014', wish: 'reset' } as const;

describe('a case comes to the desk', () => {
  test('its card is posted, its mail goes to the administrators` address, and it is delivered once', async () => {
    await world.open(wanted);
    await world.pay();
    await world.pay();
    expect([...world.shown.keys()]).toEqual(['activity-1']);
    expect(world.mails.list().map(({ to }) => to)).toEqual(world.policy.contacts.administratorsMail);
    expect(await world.record()).toMatchObject({ state: 'delivered', activity: 'activity-1' });
  });

  test('I13: the mail says how the requester is known first, and carries number, reason and reference', async () => {
    await world.open(wanted);
    await world.pay();
    const [subject, , first, ...rest] = (world.mails.list()[0]?.text ?? '').split('\n');
    expect(subject).toBe('Ärende LK-1001: vill återställa lösenordet');
    expect(first).toBe('Bara inloggad i Teams. Inget annat är bevisat: verifiera personen innan du gör något.');
    expect(rest.join('\n')).toMatch(/Stina Berg[^]*SSPR_0014[^]*K7Q2M9XD/);
  });

  test('a post found started after a kill is made again, under the same number', async () => {
    world.next = ['killed'];
    await world.open(wanted);
    await world.pay();
    await world.restart();
    await world.pay();
    expect([...world.shown.values()].map((card) => /LK-\d+/.exec(JSON.stringify(card))?.[0])).toEqual(['LK-1001', 'LK-1001']);
    expect(await world.record()).toMatchObject({ number: 'LK-1001', state: 'delivered', activity: 'activity-2' });
  });

  test.each(['unavailable', 'doubtful'] as const)('R45: a post that is %s is tried again', async (reason) => {
    world.next = [{ ok: false, reason }];
    await world.open(wanted);
    await world.pay();
    expect(await world.record()).toMatchObject({ state: 'new', activity: null });
    world.clock.forward(60_000);
    await world.pay();
    expect(await world.record()).toMatchObject({ state: 'delivered' });
  });

  test('a conversation that is gone ends it loudly; the mail has gone out, and the case stays open', async () => {
    world.next = [{ ok: false, reason: 'gone' }];
    await world.open(wanted);
    await world.pay();
    expect(world.lost).toMatchObject([{ kind: 'case-post', state: 'rejected' }]);
    expect(world.mails.list()).toHaveLength(1);
    expect(await world.record()).toMatchObject({ state: 'new' });
    expect((await world.audit()).map(({ act, reason }) => [act, reason])).toContainEqual(['delivery.case-post', 'rejected']);
  });
});
