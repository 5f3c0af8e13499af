import { expect, test } from '@jest/globals';
import { accepted, method, read, sent } from './facts.ts';
import { Talk } from './talk.ts';

const agent = { type: 'agent.read', isAgent: true, kinds: ['authenticator-app'], hasOne: true, until: null } as const;

test('I14: an agent shows who they are by the methods the policy takes, and no others', () => {
  const talk = new Talk().atHome({ agent: true });
  expect(talk.choices).toContain('prove-agent');
  talk.wishes('prove-agent').gets(agent);
  expect(talk.said).toEqual(['prove-agent.why']);
  talk.gets(read([method('text-message'), method('authenticator-app')]));
  expect(talk.asked('sendChallenge')).toEqual({ method: 'm-authenticator-app', purpose: 'agent' });
  talk.gets(sent('authenticator-app')).types('123456').gets(accepted('authenticator-app'));
  expect(talk.asked('standAsAgent')).toEqual({ proofs: ['p-authenticator-app'] });
  talk.gets({ type: 'agent.standing', until: 2_000_000 });
  expect(talk.said).toEqual(['prove-agent.standing']);
  expect(talk.where).toBe('home:reading');
});

test('I14: the bot asks by itself when a card was refused for lack of a proof', () => {
  const talk = new Talk().atHome({ agent: true }).hears({ type: 'agent.asked' });
  expect(talk.said).toEqual(['home.agent-asked']);
  expect(talk.where).toBe('home:away > prove-agent:reading');
});

test('who is no agent hears so; an agent without a method goes on to register one', () => {
  const stranger = new Talk()
    .atHome()
    .wishes('prove-agent')
    .gets({ ...agent, isAgent: false });
  expect(stranger.said).toEqual(['prove-agent.not-agent']);
  const bare = new Talk()
    .atHome()
    .wishes('prove-agent')
    .gets({ ...agent, hasOne: false });
  expect(bare.said).toEqual(['prove-agent.none']);
  expect(bare.where).toBe('home:away > register:weighing');
});
