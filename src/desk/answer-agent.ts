import type { Language } from '../config/policy.ts';
import { outboxRow } from '../delivery/outbox.ts';
import type { AccountState } from '../directory/port.ts';
import { newId } from '../security/ids.ts';
import type { Random } from '../ports.ts';
import { indexes } from '../store/keys.ts';
import { agentOf } from './act-on-case.ts';
import { hasRight } from './agents.ts';
import type { DeskNeeds } from './case-act.ts';
import { caseOfNumber, casesOf, casesSince, countOf } from './case-lists.ts';
import type { CaseRecord } from './case-record.ts';
import { tame } from './tame.ts';
import { noteCommand } from './note-command.ts';
import { isHere, type DeskPlace } from './desk-place.ts';
import { readDeskCommand, type DeskCommand } from './desk-words.ts';
import { instantOf, wallTimeOf } from './wall-clock.ts';

export interface AnswerNeeds extends DeskNeeds {
  readonly random: Random;
}

/** Something written, by whom and where as the proved token says, in the reader's language. */
export interface DeskSaid extends DeskPlace {
  readonly text: string;
  readonly aadObjectId: string;
  readonly language: Language;
}

/** How many cases a list names: what a person reads at a glance. */
const mostListed = 10;
/** How far anything is counted. */
const mostCounted = 1000;

/**
 * Answers an agent's command: "my cases", "open cases", "case LK-1001", "report today". In the helpdesk's own conversation alone, for agents as the
 * directory has them now (I11, I14); each has its audit entry.
 * @returns null where it is none, or stands where it is somebody else's to answer
 */
export async function answerAgent(needs: AnswerNeeds, said: DeskSaid): Promise<string | null> {
  const command = readDeskCommand(needs.sentences, said.text);
  if (command === null) return null;
  if (!isHere(needs.policy, said)) {
    // In an employee's own chat "my cases" and a case's number are about their own.
    const isAgents = command.command === 'open-cases' || command.command === 'report';
    return said.place === 'personal' && isAgents ? refuse(needs, said, command, 'not-here') : null;
  }
  const agent = await agentOf(needs, said.aadObjectId);
  if (agent === 'unavailable') return refuse(needs, said, command, 'unavailable');
  if (agent === null) return refuse(needs, said, command, 'not-agent');
  if (!hasRight(needs.policy, agent, 'answer')) return refuse(needs, said, command, 'no-right');
  await note(needs, said, command, 'allowed', 'agent');
  return answer(needs, said.language, command, agent);
}

async function answer(needs: AnswerNeeds, language: Language, command: DeskCommand, agent: AccountState): Promise<string> {
  const { store, clock, sentences } = needs;
  const now = clock.now();
  const say: Say = (key, params = {}) => sentences.say(language, `desk-commands.${key}`, params);
  switch (command.command) {
    case 'my-cases':
      return listed(await casesOf(store, indexes.casesOfAgent(agent.id), mostListed, now), 'my-cases', say, now);
    case 'open-cases': {
      const index = command.code === null ? indexes.openCases : indexes.openCasesFor(command.code);
      return listed(await casesOf(store, index, mostListed, now), 'open-cases', say, now);
    }
    case 'case':
      return showCard(needs, say, command.number);
    case 'report':
      return report(needs, say, now);
  }
}

type Say = (key: string, params?: Readonly<Record<string, string | number>>) => string;

function listed(records: readonly CaseRecord[], which: 'my-cases' | 'open-cases', say: Say, now: number): string {
  if (records.length === 0) return say(`${which}.none`);
  const lines = records.map((record) => {
    const { number, priority, code, state, openedAt, deadline, claimed } = record;
    return say('line', {
      number,
      priority,
      name: tame(record.name) ?? tame(record.userId) ?? '',
      code,
      state,
      openedAt,
      agent: tame(claimed?.name ?? null) ?? '',
      deadline: deadline ?? 0,
      when: deadline === null ? 'never' : deadline < now ? 'past' : 'due',
    });
  });
  return [say(`${which}.head`, { count: records.length, more: records.length === mostListed ? 'yes' : 'no' }), ...lines].join('\n');
}

/** Puts the live card of a case before the agents again; the older ones become pointers to it. */
async function showCard({ store, seals, clock, random }: AnswerNeeds, say: Say, number: string): Promise<string> {
  const now = clock.now();
  const record = await caseOfNumber(store, number, now);
  if (record === null) return say('case.none', { number });
  await store.commit(
    outboxRow(seals, record.account, `case-show-${record.id}-${newId(random)}`, { kind: 'case-show', what: record.id }, now),
  );
  return say('case.shown', { number });
}

/** What came in and what ended since midnight, and what stands in the queue. */
async function report({ store, policy }: AnswerNeeds, say: Say, now: number): Promise<string> {
  const { zone } = policy.organisation;
  const midnight = instantOf(zone, wallTimeOf(zone, now).date, 0);
  const [opened, ended, open, first] = await Promise.all([
    casesSince(store, indexes.casesOpened, midnight, mostCounted, now),
    casesSince(store, indexes.casesEnded, midnight, mostCounted, now),
    countOf(store, indexes.openCases, mostCounted),
    casesOf(store, indexes.openCases, 100, now),
  ]);
  const count = (state: CaseRecord['state']): number => ended.filter((record) => record.state === state).length;
  const late = first.filter(({ deadline, claimed }) => claimed === null && deadline !== null && deadline < now).length;
  const reasons = [...Map.groupBy(opened, ({ code }) => code)]
    .map(([code, records]) => ({ code, count: records.length }))
    .sort((one, other) => other.count - one.count)
    .slice(0, mostListed);
  return [
    say('report.head', { midnight }),
    say('report.counts', { opened: opened.length, resolved: count('resolved'), withdrawn: count('withdrawn'), expired: count('expired') }),
    say('report.queue', { open, more: open === mostCounted ? 'yes' : 'no', late }),
    ...reasons.map((reason) => say('report.reason', reason)),
  ].join('\n');
}

async function refuse(needs: AnswerNeeds, said: DeskSaid, command: DeskCommand, reason: string): Promise<string> {
  await note(needs, said, command, 'refused', reason);
  return needs.sentences.say(said.language, `desk.refused.${reason}`);
}

const note = (needs: AnswerNeeds, { aadObjectId }: DeskSaid, { command }: DeskCommand, verdict: 'allowed' | 'refused', reason: string) =>
  noteCommand(needs, { name: command, by: aadObjectId, account: null }, verdict, reason);
