import { openHouse, type House } from '../e2e/house.ts';
import { Visitor } from '../e2e/visitor.ts';

/**
 * Whether the time of an answer at the front door tells if an account exists (I20, R29). `node test/bench/door-timing.ts [rounds]`: so many rounds of each sort of
 * user ID, interleaved; each names it, asks for a code of an app and types a wrong one. Of each step every sort's times are compared with those of the
 * known account by the two-sample Kolmogorov-Smirnov test at p = 0.01. Ends with status 1 where one is told apart.
 */
const rounds = Number(process.argv[2] ?? 1000);
const atOnce = 12;
const steps = ['user-id', 'ask', 'answer'] as const;
type Times = Record<(typeof steps)[number], number[]>;

const house = await openHouse({
  policy: (policy) => ({
    ...policy,
    frontDoor: { ...policy.frontDoor, userIdsPerAddress: 1_000_000 },
    // What is measured is an open door: nobody is closed out in the middle.
    limits: { ...policy.limits, failuresPerDay: 1_000_000, waitMinutes: [0] },
  }),
});
const sorts = {
  known: (await house.hire('registered')).userId,
  unknown: 'nobody-at-all@fjallbyn.example',
  disabled: (await house.hire('disabled')).userId,
  unregistered: (await house.hire('unregistered')).userId,
  privileged: (await house.hire('privileged')).userId,
};
const times = Object.fromEntries(Object.keys(sorts).map((sort) => [sort, { 'user-id': [], ask: [], answer: [] }])) as unknown as Record<
  keyof typeof sorts,
  Times
>;

async function round(of: House, sort: keyof typeof sorts, address: string): Promise<void> {
  const visitor = await new Visitor(of, { from: address }).open();
  const timed = async (step: (typeof steps)[number], act: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await act();
    times[sort][step].push(performance.now() - began);
  };
  await timed('user-id', () => visitor.type(sorts[sort]));
  await visitor.choose('reset');
  await timed('ask', () => visitor.choose('authenticator-app'));
  await timed('answer', () => visitor.type('000000'));
}

const turns = Array.from({ length: rounds }, () => Object.keys(sorts) as (keyof typeof sorts)[]).flat();
let next = 0;
await Promise.all(
  Array.from({ length: atOnce }, async (_, lane) => {
    for (let turn = next++; turn < turns.length; turn = next++) {
      const sort = turns[turn];
      if (sort !== undefined) await round(house, sort, `127.0.${1 + (turn % 200)}.${2 + lane}`);
    }
  }),
);
await house.close();

/** The largest distance between two empirical distributions, and the one that chance passes in one case of a hundred. */
function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): { readonly d: number; readonly limit: number } {
  const a = one.toSorted((x, y) => x - y);
  const b = other.toSorted((x, y) => x - y);
  let d = 0;
  for (const at of [...a, ...b]) {
    const below = (all: readonly number[]): number => {
      let low = 0;
      let high = all.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((all[middle] ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low / all.length;
    };
    d = Math.max(d, Math.abs(below(a) - below(b)));
  }
  return { d, limit: 1.628 * Math.sqrt((a.length + b.length) / (a.length * b.length)) };
}

const median = (all: readonly number[]): number => all.toSorted((x, y) => x - y)[all.length >> 1] ?? 0;
let told = 0;
for (const step of steps) {
  for (const sort of Object.keys(sorts) as (keyof typeof sorts)[]) {
    const { d, limit } = kolmogorovSmirnov(times.known[step], times[sort][step]);
    const isTold = d > limit;
    if (isTold) told += 1;
    process.stdout.write(
      `${step.padEnd(8)} ${sort.padEnd(13)} n=${times[sort][step].length} p50=${median(times[sort][step]).toFixed(1)} ms  D=${d.toFixed(4)} limit=${limit.toFixed(4)}${isTold ? '  TOLD APART' : ''}\n`,
    );
  }
}
process.exitCode = told === 0 ? 0 : 1;
