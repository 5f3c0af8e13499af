import type { PlantedMethod } from '../methods/plant-methods.ts';
import type { NewLocalAccount } from './local.ts';
import type { AccountId } from './port.ts';

/** What a demo person is there to show. */
export type Story =
  | 'registered'
  | 'unregistered'
  | 'not-enabled'
  | 'managed-elsewhere'
  | 'locked'
  | 'privileged'
  | 'disabled'
  | 'no-password'
  | 'manager'
  | 'agent';

/** A person of the demo company. */
export interface DemoPerson {
  readonly story: Story;
  readonly account: NewLocalAccount;
  /** Known to everybody: this company is not real. Null: there never was one. */
  readonly password: string | null;
  /** What they have registered; an app's seed is drawn when they are made, and stands nowhere but sealed in the store. */
  readonly methods: readonly PlantedMethod[];
}

const domain = 'fjallbyn.example';

/** The demo company's helpdesk, as the demo policy names it. */
const helpdesk = 'fjallbyn-helpdesk';

const managerId: AccountId = '184b3e5f-927c-440a-a5d8-e374f2a1c609';

type Differs = Partial<NewLocalAccount> & Pick<NewLocalAccount, 'id' | 'name' | 'userId'>;

/** An ordinary employee, but for what `differs`. */
function employee(differs: Differs): NewLocalAccount {
  const userId = `${differs.userId}@${domain}`;
  return {
    kind: 'person',
    enabled: true,
    licensed: true,
    passwordManaged: 'here',
    lock: null,
    privileged: false,
    groups: [],
    managerId,
    workMail: userId,
    workAddresses: [userId],
    language: 'sv',
    unreachable: false,
    ...differs,
    userId,
  };
}

/**
 * The people of the demo company, one for every story. Numbers are of the series that the Swedish telecom authority (PTS) keeps for books
 * and films; addresses are under reserved domains (RFC 2606).
 * @param now a lock that is there from the start has been there since
 */
export const demoPeople = (now: number): readonly DemoPerson[] => [
  {
    story: 'registered',
    account: employee({ id: 'a1f4e7c8-2b05-4d93-9e61-7c0d8b3a5f01', name: 'Alma Lindqvist', userId: 'alma.lindqvist' }),
    password: 'Kaffe-vid-sjön-41',
    methods: [
      { kind: 'authenticator-app' },
      { kind: 'text-message', to: '+46701740605' },
      { kind: 'email', to: 'alma.lindqvist@example.org' },
    ],
  },
  {
    story: 'unregistered',
    // The company has a number and an address of his on file: he is offered them when he registers.
    account: employee({
      id: 'b2e5d8f9-3c16-4ea4-8f72-8d1e9c4b6002',
      name: 'Björn Sandberg',
      userId: 'bjorn.sandberg',
      placesOnFile: [
        { kind: 'phone', to: '070-174 06 28' },
        { kind: 'mail', to: 'bjorn.sandberg@example.net' },
      ],
    }),
    password: 'Blåbär-i-skogen-52',
    methods: [],
  },
  {
    // Has no licence for it: SSPR_0012. The policy file can show the other reasons (SSPR_0009, SSPR_0011, SSPR_0013).
    story: 'not-enabled',
    account: employee({ id: 'c3f6e90a-4d27-4fb5-9083-9e2fad5c7103', name: 'Cecilia Öberg', userId: 'cecilia.oberg', licensed: false }),
    password: 'Cykel-till-berget-63',
    methods: [],
  },
  {
    story: 'managed-elsewhere',
    account: employee({
      id: 'd407fa1b-5e38-40c6-a194-af30be6d8204',
      name: 'David Nyström',
      userId: 'david.nystrom',
      passwordManaged: 'elsewhere',
    }),
    password: 'Drakar-över-ängen-74',
    methods: [],
  },
  {
    // Locked for as long as it takes: the story must not end by itself while somebody reads.
    story: 'locked',
    account: employee({
      id: 'e5180b2c-6f49-41d7-b2a5-b041cf7e9305',
      name: 'Elin Åkesson',
      userId: 'elin.akesson',
      lock: { since: now, why: 'wrong-passwords', until: null },
      groups: ['fjallbyn-lager'],
    }),
    password: 'Ekorre-på-taket-85',
    methods: [{ kind: 'authenticator-app' }, { kind: 'text-message', to: '+46701740612' }],
  },
  {
    // Looks after the company's accounts; an administrator of the demo policy too.
    story: 'privileged',
    account: employee({ id: 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e406', name: 'Fredrik Wallin', userId: 'fredrik.wallin', privileged: true }),
    password: 'Fyren-vid-havet-96',
    methods: [],
  },
  {
    story: 'disabled',
    account: employee({ id: 'f6291c3d-705a-42e8-83b6-c152d08fa407', name: 'Gunilla Hedström', userId: 'gunilla.hedstrom', enabled: false }),
    password: 'Gärdsgård-i-dimma-17',
    methods: [],
  },
  {
    story: 'no-password',
    account: employee({ id: '073a2d4e-816b-43f9-94c7-d263e190b508', name: 'Hamza Lundgren', userId: 'hamza.lundgren' }),
    password: null,
    methods: [
      { kind: 'text-message', to: '+46701740623' },
      { kind: 'email', to: 'hamza.lundgren@example.net' },
    ],
  },
  {
    story: 'manager',
    account: employee({ id: managerId, name: 'Ingrid Bergström', userId: 'ingrid.bergstrom', managerId: null }),
    password: 'Istapp-under-bron-28',
    methods: [],
  },
  {
    story: 'agent',
    account: employee({ id: '295c4f60-a38d-451b-b6e9-f48503b2d70a', name: 'Jonas Ekdahl', userId: 'jonas.ekdahl', groups: [helpdesk] }),
    password: 'Järnväg-mot-norr-39',
    methods: [{ kind: 'authenticator-app' }],
  },
  {
    story: 'agent',
    account: employee({ id: '3a6d5071-b49e-462c-87fa-059614c3e80b', name: 'Karin Stråle', userId: 'karin.strale', groups: [helpdesk] }),
    password: 'Klockan-i-tornet-40',
    methods: [{ kind: 'authenticator-app' }],
  },
];
