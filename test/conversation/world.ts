import { randomBytes } from 'node:crypto';
import type { EffectTable } from '../../dialogs/effects.ts';
import type { MethodView } from '../../dialogs/views.ts';
import { deliverReminder, remindDue, remindHandler } from '../../src/conversation/handlers.ts';
import { readCommands } from '../../src/conversation/commands.ts';
import type { Act, Answer, Courier, Handlers, Input, Sent } from '../../src/conversation/port.ts';
import { StemRecogniser } from '../../src/conversation/recogniser.ts';
import { Runner, type TurnLine } from '../../src/conversation/runner.ts';
import { accountIsObjectId, type AccountOf } from '../../src/directory/teams-people.ts';
import type { AccountState, Directory } from '../../src/directory/port.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import type { Clock } from '../../src/ports.ts';
import { startDueLoop, type DueLoop } from '../../src/store/due-loop.ts';
import type { Store } from '../../src/store/port.ts';

export const anna = 'b7a2f3c1-0000-4000-8000-00000000000a';
export const tenant = '11111111-2222-4333-8444-555555555555';

const sentences = new Sentences(
  () => ({
    organisation: 'Fjällbyn AB',
    itName: 'IT',
    itPhone: '010-123',
    itHours: '7-17',
    itLink: 'https://it.example',
    guideLink: 'https://guide.example',
    securityInfoLink: 'https://info.example',
    resetPortalLink: 'https://portal.example',
    personalLink: 'https://personal.example',
    publicUrl: 'https://latchkey.example',
  }),
  'Europe/Stockholm',
);

const phone: MethodView = {
  id: 'phone',
  kind: 'text-message',
  label: '...67',
  name: null,
  preferred: false,
  addedAt: 0,
  lastUsedAt: null,
  countsFrom: 0,
  usable: 'yes',
  until: null,
};

/** What happened outside the process: it outlives every runner of a test. */
export interface Outside {
  /** Ids of challenges that were sent, in order. */
  readonly sends: string[];
  /** Ids of pages that were opened, in order. */
  readonly pages: string[];
  readonly checks: { readonly id: string; readonly right: boolean }[];
  readonly answers: Answer[];
  /** How many rows, read with the stack, each reading of the menu was given. */
  readonly rowsGiven: number[];
}

export const newOutside = (): Outside => ({ sends: [], pages: [], checks: [], answers: [], rowsGiven: [] });

export interface Scripted {
  readonly outside: Outside;
  readonly store: Store;
  readonly clock: Clock;
  /** Called before every effect that reaches outside; may hang, as a process that died does. */
  readonly reach?: (what: string) => Promise<void>;
  readonly sent?: (answer: Answer) => Sent;
  /** Whose account an object id is; where it is left out, the account is the object id. */
  readonly accountOf?: AccountOf;
  readonly send?: (act: Act) => Promise<'sent' | 'throw'>;
}

export interface Process {
  readonly runner: Runner;
  readonly due: DueLoop;
  readonly lines: TurnLine[];
  stop(): Promise<void>;
}

/** A runner with real dialogs and a real store; rooms beyond them answer by script and count what reaches them. */
export function startProcess(script: Scripted): Process {
  const { outside, store, clock } = script;
  const reach = script.reach ?? (async () => {});
  const lines: TurnLine[] = [];
  const courier: Courier = {
    async send(_reference, answer) {
      await reach('answer');
      const sent = script.sent?.(answer) ?? { ok: true };
      if (sent.ok || sent.reason === 'doubtful') outside.answers.push(answer);
      return sent;
    },
  };
  const runner = new Runner({
    accountOf: script.accountOf ?? accountIsObjectId,
    store,
    clock,
    random: { bytes: randomBytes },
    directory: {
      find: async (id: string) =>
        ({ id, userId: 'anna@fjallbyn.example', workAddresses: ['anna@fjallbyn.example'] }) as unknown as AccountState,
    } as unknown as Directory,
    handlers: handlers(script, reach),
    courier,
    sentences,
    links: { of: (page) => ({ url: `https://latchkey.example/page/${page}`, number: '1234' }) },
    codes: { of: () => '314159', half: () => 'K7Q2M' },
    command: readCommands(sentences),
    recogniser: new StemRecogniser(sentences),
    domains: ['fjallbyn.example'],
    idleMinutes: 30,
    log: (line) => lines.push(line),
  });
  const due = startDueLoop({
    store,
    clock,
    handlers: {
      resume: async ({ data }) => runner.resume((data as { stack: string }).stack),
      [remindDue]: async (entry) => deliverReminder(entry, store, runner.wake, clock.now()),
    },
    onFault: () => {},
    everyMs: 60 * 60_000,
  });
  return {
    runner,
    due,
    lines,
    async stop() {
      await due.stop();
      await runner.close();
    },
  };
}

function handlers(script: Scripted, reach: (what: string) => Promise<void>): Handlers {
  const { outside, store, clock } = script;
  const shown = (challenge: string) =>
    ({
      challenge,
      kind: 'text-message',
      masked: '...67',
      mark: 'KT',
      expiresAt: clock.now() + 300_000,
      resendAt: clock.now() + 30_000,
    }) as const;
  const unused = async (): Promise<never> => {
    throw new Error('not in this script');
  };
  return {
    endSessions: { run: unused },
    readAgent: { run: unused },
    readCall: { run: unused },
    checkCallNumber: { run: unused },
    endCall: { run: unused },
    verifyCaller: { run: unused },
    standAsAgent: { run: unused },
    readAsks: { run: async () => ({ type: 'asks.read', asks: [] }) },
    readAsk: { run: unused },
    recordCheck: { run: unused },
    reportAsk: { run: unused },
    approveAsk: { run: unused },
    redeemStartCode: { run: unused },
    readHome: {
      async run(_params, act) {
        outside.rowsGiven.push(act.rows.size);
        return {
          type: 'home.read',
          reset: true,
          unlock: true,
          register: true,
          methods: 1,
          cases: 0,
          asked: 0,
          startCode: false,
          contact: 'administrator',
          overdue: null,
          notMe: false,
          agent: false,
        };
      },
    },
    readEligibility: {
      run: async () => ({
        type: 'eligibility.eligible',
        gates: { needed: 1, oneDevice: 'allow' },
        locked: null,
        hasPassword: true,
        due: null,
      }),
    },
    readMethods: {
      async run() {
        return {
          type: 'methods.read',
          methods: [phone],
          addable: [],
          finish: { enough: true, wouldDo: [] },
          stepUp: { needed: 1, oneDevice: 'allow' },
          resetGates: { needed: 1, oneDevice: 'allow' },
        };
      },
    },
    readCases: { run: async () => ({ type: 'cases.read', cases: [] }) },
    readHappened: { run: unused },
    freeze: { run: unused },
    reportChallenge: { run: unused },
    writeToDesk: { run: async () => ({ type: 'desk.heard' }) },
    changeCase: { run: async () => ({ type: 'case.changed' }) },
    sendChallenge: {
      async run(_params, act) {
        await reach('send');
        if ((await script.send?.(act)) === 'throw') throw new Error('the provider fell over');
        outside.sends.push(act.id);
        return { type: 'challenge.sent', ...shown(act.id) };
      },
      doubt: async (_params, act) => ({ type: 'challenge.doubtful', ...shown(act.id) }),
    },
    checkAnswer: {
      async run({ challenge, answer }: EffectTable['checkAnswer']['params'], act) {
        await reach('check');
        const right = answer === '123456';
        outside.checks.push({ id: act.id, right });
        return right
          ? { type: 'answer.accepted', proof: `proof-of-${challenge}`, kind: 'text-message' }
          : { type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: null };
      },
    },
    openPage: {
      async run(_params, act) {
        await reach('page');
        if (!outside.pages.includes(act.id)) outside.pages.push(act.id);
        return { type: 'page.opened', page: act.id, expiresAt: clock.now() + 600_000 };
      },
    },
    remind: remindHandler(store),
    drop: { run: async () => null },
    claimAccount: { run: unused },
    askAtDoor: { run: unused },
    openDoorCase: { run: unused },
    readPlaces: { run: unused },
    readFirstProof: { run: async () => ({ type: 'first-proof.read', places: [], hasPassword: true }) },
    draftMethod: { run: unused },
    storeMethod: { run: unused },
    removeMethod: { run: unused },
    preferMethod: { run: unused },
    nameMethod: { run: unused },
    noteAsked: { run: async () => null },
    unlock: { run: unused },
    openCase: { run: async () => ({ type: 'case.opened', number: 'LK-1001', isNew: true }) },
  };
}

let activities = 0;

/** A text from Anna's 1:1 chat, in Swedish. */
export const says = (text: string, more: Partial<Input> = {}): Input => {
  activities += 1;
  return {
    activityId: `activity-${activities}`,
    tenant,
    aadObjectId: anna,
    place: 'personal',
    locale: 'sv-SE',
    said: { kind: 'text', text },
    reference: { chat: 'anna' },
    ...more,
  };
};

/** A pressed button. */
export const presses = (choose: string, step: string | null, answer: string | null = null, more: Partial<Input> = {}): Input =>
  says('', { said: { kind: 'card', choose, step, answer }, ...more });
