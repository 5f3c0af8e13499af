import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const minute = 60_000;
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

  test('a conversation that is gone is tried on, and the case goes the other ways meanwhile', async () => {
    world.setDesk({ secondRoute: '19:second@thread.tacv2', undeliveredMinutes: 5 });
    world.next = Array.from({ length: 60 }, () => ({ ok: false, reason: 'gone' }));
    await world.open(wanted);
    await world.payFor(4 * minute);
    expect([world.second.length, world.mails.list().length]).toEqual([0, 1]);
    await world.payFor(2 * minute);
    expect(world.mails.list().map(({ text }) => text.split('\n')[0])).toEqual([
      'Ärende LK-1001: vill återställa lösenordet',
      'Väntar fortfarande: ärende LK-1001',
    ]);
    expect(JSON.stringify(world.second)).toMatch(/Teams har inte tagit emot kortet för ärende LK-1001[^]*Stina Berg/u);
    expect(await world.record()).toMatchObject({ state: 'new', activity: null });
    world.next = [];
    await world.payFor(2 * minute);
    expect(await world.record()).toMatchObject({ state: 'delivered', activity: 'activity-1' });
    expect(world.lost).toEqual([]);
    expect((await world.audit()).map(({ act, reason }) => [act, reason]).slice(1)).toEqual([
      ['desk.chase', 'second-route'],
      ['desk.chase', 'mail'],
    ]);
  });

  test('cards come in the order of their cases, however they fail before', async () => {
    world.next = Array.from({ length: 3 }, () => ({ ok: false, reason: 'unavailable' }));
    for (let each = 1; each <= 12; each += 1) await world.open(wanted, { accountId: `person-${each}`, id: `effect-${each}` });
    await world.payFor(minute);
    expect([...world.shown.values()].map((card) => /LK-\d+/u.exec(JSON.stringify(card))?.[0])).toEqual(
      Array.from({ length: 12 }, (_, index) => `LK-${1001 + index}`),
    );
  });

  test('a card that Teams never takes holds nobody else up', async () => {
    world.poison = 'LK-1001';
    await world.open(wanted);
    await world.open(wanted, { accountId: 'person-2', id: 'effect-2' });
    await world.payFor(2 * minute);
    expect([...world.shown.values()].map((card) => /LK-\d+/u.exec(JSON.stringify(card))?.[0])).toEqual(['LK-1002']);
    world.poison = null;
    await world.payFor(2 * minute);
    expect(world.shown.size).toBe(2);
  });
});

describe('an older card of a case', () => {
  const isPointer = (activity: string): boolean => JSON.stringify(world.shown.get(activity)).includes('nyare meddelande');

  test('that nobody knew of becomes a pointer at its first click, which does nothing', async () => {
    world.next = ['doubtful-but-there'];
    await world.open(wanted);
    await world.payFor(minute);
    expect([...world.shown.keys()]).toEqual(['activity-1', 'activity-2']);
    expect(await world.record()).toMatchObject({ activity: 'activity-2', doubted: true });
    const clicked = await world.click({ act: 'claim', cardActivity: 'activity-1' });
    expect(clicked).toMatchObject({ ok: true, changed: false });
    expect(JSON.stringify(clicked)).toContain('Ärende LK-1001 finns i ett nyare meddelande.');
    expect(await world.record()).toMatchObject({ state: 'delivered', copies: ['activity-1'] });
    await world.pay();
    expect([isPointer('activity-1'), isPointer('activity-2')]).toEqual([true, false]);
    expect(await world.click({ act: 'claim', cardActivity: 'activity-2' })).toMatchObject({ ok: true, changed: true });
  });

  test('is told from the live one after a kill in the middle of a post too', async () => {
    world.next = ['killed'];
    await world.open(wanted);
    await world.pay();
    await world.restart();
    world.clock.forward(30_000);
    await world.payFor(minute);
    expect(await world.record()).toMatchObject({ activity: 'activity-2', doubted: true });
    await world.click({ act: 'claim', cardActivity: 'activity-1' });
    await world.pay();
    expect(isPointer('activity-1')).toBe(true);
  });

  test('a card whose only post went well is live, whatever the channel calls it', async () => {
    await world.open(wanted);
    await world.pay();
    expect(await world.click({ act: 'claim', cardActivity: 'another-name' })).toMatchObject({ ok: true, changed: true });
  });

  test('a copy that is clicked while no post is acknowledged is the card, and none is posted again', async () => {
    world.next = ['doubtful-but-there'];
    await world.open(wanted);
    await world.pay();
    expect(await world.click({ act: 'claim', cardActivity: 'activity-1' })).toMatchObject({ ok: true, changed: true });
    await world.payFor(minute);
    expect([...world.shown.keys()]).toEqual(['activity-1']);
    expect(JSON.stringify(world.shown.get('activity-1'))).toContain('Nina Falk');
  });

  test('a card that somebody deleted is posted anew while the case is open', async () => {
    await world.open(wanted);
    await world.pay();
    world.shown.delete('activity-1');
    await world.click({ act: 'claim', case: (await world.record()).id, version: 1 });
    world.next = [{ ok: false, reason: 'gone' }];
    await world.pay();
    const [[activity = '', card] = []] = world.shown;
    expect(JSON.stringify(card)).toContain('Nina Falk');
    expect(await world.record()).toMatchObject({ activity });
  });
});
