import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Desk } from '../e2e/desk.ts';
import { openHouse, type House } from '../e2e/house.ts';
import { Person } from '../e2e/person.ts';
import { until } from '../e2e/wait.ts';
import { partsOf, type Recorded } from '../servers/connector.ts';
import { DeskChannel, inTime, nth, numberIn, openCaseOf, somebodyAtTheOffer } from './crowd.ts';

const cases = 12;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

test('502 and 504 after the card was taken in: no case is lost, and after one look at each card there is one live card a case', async () => {
  const channel = new DeskChannel(house);
  const { connector } = house;
  // Every card is taken in, and two of three are answered as if it were not.
  let posts = 0;
  connector.trouble((call) => {
    if (!channel.isHere(call) || call.method !== 'POST') return null;
    posts += 1;
    return posts % 3 === 0 ? null : { status: posts % 3 === 1 ? 502 : 504 };
  });
  const numbers: string[] = [];
  for (let each = 1; each <= cases; each += 1) numbers.push(await openCaseOf(await somebodyAtTheOffer(house)));
  expect(numbers).toEqual(Array.from({ length: cases }, (_, index) => nth(index + 1)));
  const isTaken = ({ status }: Recorded): boolean => status === 201 || status === 502 || status === 504;
  for (let known = 0; known < cases; known = channel.cards().length) {
    await inTime(
      house,
      1_000,
      async () => channel.cards().length > known,
      () => `${known} cases came, and then none`,
    );
  }
  connector.trouble(null);

  const copies = channel.cards(isTaken).filter(({ id }) => !channel.cards().some((card) => card.id === id));
  expect(new Set(channel.cards().map(({ number }) => number))).toEqual(new Set(numbers));
  expect(copies.length).toBeGreaterThanOrEqual(cases);

  // An agent presses each button that should not be there any more.
  const agent = await house.account('agent');
  for (const copy of copies) {
    const pressed = await pressFirst(agent, copy.id);
    expect(pressed).toContain(`Ärende ${copy.number} finns i ett nyare meddelande.`);
  }
  await until(
    async () => channel.cards(isTaken).filter(({ isLive }) => isLive).length === cases,
    () => `${channel.cards(isTaken).filter(({ isLive }) => isLive).length} live cards`,
  );
  const live = channel.cards(isTaken).filter(({ isLive }) => isLive);
  expect(new Set(live.map(({ number }) => number))).toEqual(new Set(numbers));
  // None of them was claimed by that, and the live one can be.
  const [one] = live;
  expect(await pressFirst(agent, one?.id ?? '')).toContain(agent.name);
});

/** Presses the first button of a card as it was posted, as Teams brings it: with the card's own id. */
async function pressFirst(agent: Person['account'], id: string): Promise<string> {
  const posted = house.connector.calls.find((call) => call.method === 'POST' && call.id === id);
  const card = posted?.activity.attachments?.[0]?.content;
  const button = card === undefined ? undefined : [...partsOf(card)].find(({ type }) => type === 'Action.Execute');
  const { body, status } = await new Person(house, agent).post({
    type: 'invoke',
    id: randomUUID(),
    name: 'adaptiveCard/action',
    replyToId: id,
    value: { action: { type: 'Action.Execute', verb: 'case', data: button?.['data'] }, trigger: 'manual' },
    conversation: {
      id: house.config.policy.contacts.desk.conversation,
      conversationType: 'channel',
      tenantId: house.config.policy.organisation.tenants[0],
    },
  });
  expect(status).toBe(200);
  return body;
}

test('a case whose first card was taken in unheard is worked on as any other', async () => {
  const channel = new DeskChannel(house);
  house.connector.trouble((call) => (channel.isHere(call) && call.method === 'POST' ? { status: 504 } : null));
  const number = await openCaseOf(await somebodyAtTheOffer(house));
  await until(
    async () =>
      house.connector.calls.some(
        (call) => channel.isHere(call) && call.status === 504 && numberIn(JSON.stringify(call.activity)) === number,
      ),
    () => 'no card',
  );
  const first = house.connector.calls.find((call) => channel.isHere(call) && numberIn(JSON.stringify(call.activity)) === number);
  // Before anybody knows of a second card, the agent has the first one, and takes the case by it.
  expect(await pressFirst(await house.account('agent'), first?.id ?? '')).toContain('har ärendet sedan');
  house.connector.trouble(null);
  const desk = new Desk(house);
  await desk.changed({ words: '', data: {}, activityId: first?.id ?? '' }, 'har ärendet sedan');
  const shown = channel.cards(() => true).filter((card) => card.number === number && card.isLive);
  expect(shown.map(({ id }) => id)).toContain(first?.id);
});
