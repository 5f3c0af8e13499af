import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OutboxDispatcher } from '../../src/delivery/dispatcher.ts';
import { actOnStop, askToStop, settleStop, stopsDue, type StopActed } from '../../src/desk/stop-acts.ts';
import { stopOfCard } from '../../src/desk/stop-card.ts';
import { bringStop } from '../../src/desk/stop-post.ts';
import { readStopWords } from '../../src/desk/stop-words.ts';
import { stopsNow } from '../../src/desk/stop.ts';
import { stopMs } from '../../src/desk/stop-record.ts';
import type { StopAct } from '../../src/desk/step-stop.ts';
import type { Json } from '../../src/ports.ts';
import { deskItself } from '../../src/store/keys.ts';
import { noCarriers } from '../delivery/no-carriers.ts';
import { realRandom } from '../delivery/still-time.ts';
import { DeskWorld } from './desk-world.ts';

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
});
afterEach(() => world.end());

const nina = { id: 'nina', name: 'Nina Falk', proof: 'proof-nina' };
const omar = { id: 'omar', name: 'Omar Dahl', proof: 'proof-omar' };
const needs = () => {
  const { store, clock, seals, policy, sentences } = world;
  return { store, clock, seals, policy, sentences, random: realRandom };
};

const ask = (by = nina) => askToStop(needs(), { what: 'resets', group: null }, by);

interface Data {
  readonly case: string;
  readonly act: StopAct;
  readonly version: number;
}

const buttons = (card: Json): readonly Data[] => (card as unknown as { actions: { data: Data }[] }).actions.map(({ data }) => data);
const words = (card: Json): string => (card as { fallbackText: string }).fallbackText;

function press(card: Json, act: StopAct, by: typeof nina): Promise<StopActed | null> {
  const data = buttons(card).find((each) => each.act === act);
  if (data === undefined) throw new Error(`no ${act} on: ${words(card)}`);
  return actOnStop(needs(), { stop: stopOfCard(data.case) ?? '', act, version: data.version }, by);
}

function cardOf(acted: StopActed | null): Json {
  if (acted === null || !acted.ok) throw new Error(`refused: ${acted?.reason}`);
  return acted.card;
}

/** Pays what is due at this moment. */
async function pay(): Promise<void> {
  const { store, clock, seals, mails, desk } = world;
  const bring = bringStop(needs(), desk);
  const cases = { bring: async () => ({ ok: true, providerId: null }) as const };
  const carriers = { ...noCarriers, 'stop-post': bring('stop-post'), 'stop-update': bring('stop-update') };
  const dispatcher = new OutboxDispatcher({ store, seals, clock, random: realRandom, delivery: mails, cases, carriers, onLost: () => {} });
  for (;;) {
    const due = await store.due(clock.now(), 100);
    if (due.length === 0) return;
    for (const entry of due) {
      const what = entry.id.split('/')[2];
      if (what === stopsDue) await settleStop(needs())(entry);
      else if (what === 'outbox') await dispatcher.deliverDue(entry).catch(() => {});
    }
  }
}

const shown = (): readonly string[] => [...world.shown.values()].map(words);
const inForce = async () => stopsNow(world.store, world.clock.now());

test('R38: asked for by one agent and confirmed by another it holds, and its one card is changed in place all the way', async () => {
  const asked = cardOf(await ask());
  await pay();
  expect(await inForce()).toEqual([]);
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toContain('Nina Falk bad om detta');

  expect(await press(asked, 'confirm', nina)).toEqual({ ok: false, reason: 'same-agent' });
  const held = cardOf(await press(asked, 'confirm', omar));
  expect(await inForce()).toMatchObject([{ what: 'resets', inForce: { by: [{ id: 'nina' }, { id: 'omar' }] } }]);
  await pay();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toMatch(/Gäller sedan .*Nina Falk och Omar Dahl.*Upphör av sig självt/su);

  const lifting = cardOf(await press(held, 'ask-lift', omar));
  expect(cardOf(await press(held, 'ask-lift', nina))).toEqual(lifting);
  await press(lifting, 'confirm', nina);
  await pay();
  expect(await inForce()).toEqual([]);
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toMatch(/Avslutat .* av Omar Dahl och Nina Falk/u);
  expect((await world.audit(deskItself)).map(({ act, verdict, actor, proofs }) => [act, verdict, actor, proofs])).toEqual([
    ['desk.stop.ask', 'allowed', 'nina', ['proof-nina']],
    ['desk.stop.confirm', 'refused', 'nina', ['proof-nina']],
    ['desk.stop.confirm', 'allowed', 'omar', ['proof-omar']],
    ['desk.stop.ask-lift', 'allowed', 'omar', ['proof-omar']],
    ['desk.stop.confirm', 'allowed', 'nina', ['proof-nina']],
  ]);
});

test('it ends by itself after four hours: the card says so, and so does the audit', async () => {
  await press(cardOf(await ask()), 'confirm', omar);
  await pay();
  world.clock.forward(stopMs);
  expect(await inForce()).toEqual([]);
  await pay();
  expect(shown()[0]).toContain('Upphörde av sig självt');
  expect((await world.audit(deskItself)).at(-1)).toMatchObject({ act: 'desk.stop.time', actor: 'system' });
});

test('renewed by two it goes on, whatever was due for its first end', async () => {
  const held = cardOf(await press(cardOf(await ask()), 'confirm', omar));
  world.clock.forward(stopMs - 60_000);
  await press(cardOf(await press(held, 'ask-renew', nina)), 'confirm', omar);
  world.clock.forward(2 * 60_000);
  await pay();
  expect(await inForce()).toHaveLength(1);
  world.clock.forward(stopMs);
  expect(await inForce()).toEqual([]);
});

test('what is asked for or in force is not asked for twice; what ended is', async () => {
  const first = cardOf(await ask());
  expect(await ask(omar)).toEqual({ ok: true, card: first, isNew: false });
  await press(first, 'withdraw', nina);
  expect(await ask(omar)).toMatchObject({ ok: true, isNew: true });
});

test('R38: confirmed by both at once it is confirmed once; an old card changes nothing and is refreshed', async () => {
  const asked = cardOf(await ask());
  await Promise.all([press(asked, 'confirm', omar), press(asked, 'confirm', { ...omar, id: 'eva' }), press(asked, 'withdraw', nina)]);
  expect((await world.audit(deskItself)).filter(({ verdict }) => verdict === 'allowed')).toHaveLength(2);
  const now = cardOf(await press(asked, 'withdraw', nina));
  expect(now).not.toEqual(asked);
});

test('a card whose post may have failed is posted again, and its first answer is the one that is kept', async () => {
  world.next.push({ ok: false, reason: 'unavailable' });
  await press(cardOf(await ask()), 'confirm', omar);
  await pay();
  world.clock.forward(60_000);
  await pay();
  expect(shown()).toHaveLength(1);
  expect(shown()[0]).toContain('Gäller sedan');
});

describe('the words in the channel', () => {
  const policy = { stop: { groups: [{ name: 'Lager Nord', group: 'g-1' }] } };
  const read = (text: string) => readStopWords(world.sentences, policy, text);
  test.each([
    ['stop resets', 'resets', null],
    ['Stop  Registration.', 'registration', null],
    ['stop all', 'all', null],
    ['stoppa återställningar', 'resets', null],
    ['Stoppa registrering', 'registration', null],
    ['stoppa allt!', 'all', null],
    ['stop resets for lager nord', 'resets', 'g-1'],
    ['stoppa allt för Lager Nord', 'all', 'g-1'],
  ] as const)('"%s"', (text, what, group) => {
    expect(read(text)).toMatchObject({ ok: true, what, group: group === null ? null : { group } });
  });

  test('a group that the policy does not name is refused, so that no slip of the pen stops nobody', () => {
    expect(read('stop resets for lager syd')).toEqual({ ok: false, reason: 'no-group' });
  });

  test.each(['stop', 'please stop resets', 'stop resetting', 'stopp', 'återställ'])('"%s" is nothing of the kind', (text) => {
    expect(read(text)).toBeNull();
  });
});
