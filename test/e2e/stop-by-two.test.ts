import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordsOf } from '../servers/connector.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, pass } from './steps.ts';

describe('a stop, as two agents decide it in the channel', () => {
  let house: House;
  let desk: Desk;
  let nina: DemoAccount;
  let omar: DemoAccount;
  beforeAll(async () => {
    house = await openHouse();
    desk = new Desk(house);
    nina = await house.hire('agent', { methods: ['authenticator-app'] });
    omar = await house.hire('agent', { methods: ['authenticator-app'] });
  });
  afterAll(() => house.close());

  /** Shows in their own chat who they are (I14). */
  async function proves(agent: DemoAccount): Promise<void> {
    const chat = new Person(house, agent);
    await chat.say('visa vem jag är');
    await pass(house, chat, 'authenticator-app');
    expect(chat.words).toContain('Nu kan du hjälpa till');
  }

  /** Writes in the helpdesk's channel, and reads what is answered there. */
  async function write(by: DemoAccount, text: string): Promise<string> {
    const { conversation } = house.config.policy.contacts.desk;
    const from = house.connector.calls.length;
    await new Person(house, by).post({
      type: 'message',
      text,
      id: randomUUID(),
      conversation: { id: conversation, conversationType: 'channel', tenantId: house.config.policy.organisation.tenants[0] },
    });
    return wordsOf((await house.connector.waitFor((call) => call.conversation === conversation, from)).activity);
  }

  /** Where somebody who forgot a password is led. */
  async function forgets(): Promise<Person> {
    const person = new Person(house, await house.hire('registered'));
    await person.say(languages.sv.forgot);
    return person;
  }

  test('R37, R38, I14: one asks, the same one cannot confirm it, the other does; lifting it takes two as well', async () => {
    await proves(nina);
    expect(await write(nina, 'stoppa återställningar')).toContain('Till dess är inget stoppat.');
    const asked = await desk.card('Stopp av återställning');
    expect(asked.words).toContain('Inget är stoppat ännu.');

    // Whoever has not proved themselves decides nothing, and nobody decides alone.
    expect(await desk.press(asked.data, omar)).toContain('Det här kräver att du först bevisar vem du är');
    expect(await desk.press(asked.data, nina)).toContain('Du bad om det här själv');
    expect((await forgets()).prompt).toBe('verify.answer');

    await proves(omar);
    await desk.does(asked, omar, 'confirm');
    const held = await desk.changed(asked, 'Gäller sedan');
    expect(held.words).toContain(nina.name);
    expect(held.words).toContain(omar.name);
    const person = await forgets();
    expect(person.prompt).toBe('escalate.offer');
    expect(person.words).toContain('Helpdesken har för säkerhets skull pausat återställningen av lösenord en stund');

    await desk.does(held, omar, 'ask-lift');
    const lifting = await desk.changed(asked, 'ber att det ska upphöra nu');
    expect(await desk.press({ ...lifting.data, act: 'confirm' }, omar)).toContain('Du bad om det här själv');
    expect((await forgets()).prompt).toBe('escalate.offer');
    await desk.does(lifting, nina, 'confirm');
    await desk.changed(asked, 'Avslutat');
    expect((await forgets()).prompt).toBe('verify.answer');
  });
});
