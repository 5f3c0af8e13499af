import type { MethodView, Refusal } from './views.ts';
import { gatesSuffice, helps, type GateRule, type MethodKind, type Purpose } from './methods.ts';

/** Where a verification stands: what is registered, what was passed, and what did not work this time. */
export interface Standing {
  readonly purpose: Purpose;
  readonly gates: GateRule;
  readonly methods: readonly MethodView[];
  readonly passed: readonly { readonly kind: MethodKind; readonly proof: string }[];
  /** Methods no code could be sent to; `until` where too many sends are why. */
  readonly failed: readonly { readonly method: string; readonly until: number | null; readonly pace: boolean }[];
}

const passedKinds = (standing: Standing): readonly MethodKind[] => standing.passed.map(({ kind }) => kind);

const didFail = (standing: Standing, method: MethodView): boolean => standing.failed.some((one) => one.method === method.id);

const isUsable = (standing: Standing, method: MethodView): boolean => method.usable === 'yes' && !didFail(standing, method);

const suffices = (standing: Standing, more: readonly MethodView[]): boolean =>
  gatesSuffice([...passedKinds(standing), ...more.map(({ kind }) => kind)], standing.purpose, standing.gates);

/** Whether what was passed is enough. */
export const isVerified = (standing: Standing): boolean => suffices(standing, []);

/** Whether everything that can be used now could be enough. */
export const canSuffice = (standing: Standing): boolean =>
  suffices(
    standing,
    standing.methods.filter((method) => isUsable(standing, method)),
  );

/** The methods to offer next: usable now, and bringing the act nearer. */
export const waysOn = (standing: Standing): readonly MethodView[] =>
  standing.methods.filter(
    (method) => isUsable(standing, method) && helps(method.kind, passedKinds(standing), standing.purpose, standing.gates),
  );

/** The methods that would help but cannot be used now. */
export const closedWays = (standing: Standing): readonly MethodView[] =>
  standing.methods.filter(
    (method) => method.usable !== 'yes' && helps(method.kind, passedKinds(standing), standing.purpose, standing.gates),
  );

/**
 * Why nobody can go on: the first moment at which enough is usable again (`LK_COOLING`, `LK_PACE`), a provider that fails (`LK_STUCK`),
 * or simply too little (`SSPR_0014`).
 */
export function refusalOf(standing: Standing): Refusal {
  const pace = standing.failed.filter((one) => one.pace);
  const failing = standing.methods.filter((method) => method.usable === 'yes' && didFail(standing, method));
  const reachable = standing.methods.filter((method) => isUsable(standing, method));
  if (suffices(standing, [...reachable, ...failing])) {
    return pace.length > 0 ? { code: 'LK_PACE', ending: 'pace', until: earliest(pace) } : { code: 'LK_STUCK', ending: 'stuck' };
  }
  const waiting = standing.methods.filter(({ usable }) => usable === 'cooling' || usable === 'waiting' || usable === 'sends-used-up');
  waiting.sort((one, other) => (one.until ?? Infinity) - (other.until ?? Infinity));
  const back = [...reachable, ...failing];
  for (const method of waiting) {
    back.push(method);
    if (!suffices(standing, back)) continue;
    return method.usable === 'cooling'
      ? { code: 'LK_COOLING', ending: 'cooling', until: method.until }
      : { code: 'LK_PACE', ending: 'pace', until: method.until };
  }
  return { code: 'SSPR_0014', ending: 'not-verified' };
}

const earliest = (failed: readonly { readonly until: number | null }[]): number | null => {
  const times = failed.flatMap(({ until }) => (until === null ? [] : [until]));
  return times.length > 0 ? Math.min(...times) : null;
};

/** How a method asks, as a sentence selects on it. */
export const wayOf = (kind: MethodKind): Way => ways[kind];

type Way = 'app' | 'text' | 'call' | 'mail' | 'codes' | 'questions' | 'key' | 'manager';

const ways: Readonly<Record<MethodKind, Way>> = {
  'authenticator-app': 'app',
  'text-message': 'text',
  'phone-call': 'call',
  email: 'mail',
  'recovery-codes': 'codes',
  'security-questions': 'questions',
  'security-key': 'key',
  'manager-approval': 'manager',
};

/** A method as lists and questions name it: its masked number or address, and beside it what the person calls it. */
export const labelOf = ({ label, name }: MethodView): string => (name === null ? label : `${label}, ${name}`);

/** What a person may write to mean it. */
export const wordsFor = ({ label, name }: MethodView): readonly string[] => [...wordsOf(label), ...(name === null ? [] : [name])];

/** The same of a masked number or address: as it is shown, or without its dots. */
export const wordsOf = (label: string): readonly string[] => [label, label.replace(/^\.+/u, '')];
