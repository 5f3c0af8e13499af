import { counts, gatesSuffice, isRestricted, registeredKinds, type MethodKind } from '../../dialogs/methods.ts';
import { coolingSchema, firstProofSchema, methodsSchema, resetSchema, stepUpSchema } from './policy-schema.ts';
import type { PolicyPath } from './policy-lines.ts';

/** What is wrong with several keys together. */
export interface FloorBreach {
  readonly path: PolicyPath;
  readonly what: string;
  readonly remedy: string;
}

/**
 * Where the file lowers the floor of I2, or asks for what its own methods can never give. Judges what it can read of `file`, so that it
 * speaks even when something else in the file is wrong.
 */
export function floorBreaches(file: Readonly<Record<string, unknown>>): readonly FloorBreach[] {
  const reset = resetSchema.safeParse(file['reset']);
  const methods = methodsSchema.safeParse(file['methods']);
  const stepUp = stepUpSchema.safeParse(file['stepUp']);
  if (!methods.success || !reset.success || !reset.data.enabled) return [];

  const enabled = registeredKinds.filter((kind) => methods.data[kind].enabled);
  const { oneDevice } = reset.data;
  const strong = registeredKinds.filter((kind) => gatesSuffice([kind], 'reset', { needed: 1, oneDevice }));
  const breaches: FloorBreach[] = [];
  if (!gatesSuffice(enabled, 'reset', { needed: 1, oneDevice })) {
    breaches.push({
      path: ['methods'],
      what: `nobody could ever reset a password: of the enabled methods (${listed(enabled)}) none counts by itself, and no policy lowers that`,
      remedy: `Enable at least one of ${listed(strong)}, or set reset.enabled to false.`,
    });
  } else if (!gatesSuffice(enabled, 'reset', reset.data.gates === 1 ? { needed: 1, oneDevice } : { needed: 2, oneDevice })) {
    breaches.push({
      path: ['reset', 'gates'],
      what: `nobody could ever pass ${reset.data.gates} gates: the enabled methods (${listed(enabled)}) are never two independent ones${
        oneDevice === 'refuse' ? ', since reset.oneDevice refuses app and number together' : ''
      }`,
      remedy: `Enable another method: ${listed(registeredKinds.filter((kind) => gatesSuffice([...enabled, kind], 'reset', { needed: 2, oneDevice })))}; or ask for 1 gate.`,
    });
  }
  // R14: a number is restricted (NIST SP 800-63B-4 3.1.3.3), so something that is not stands beside it for everybody.
  const unrestricted = registeredKinds.filter((kind) => counts(kind, 'step-up') && !isRestricted(kind));
  if (enabled.some(isRestricted) && !unrestricted.some((kind) => enabled.includes(kind))) {
    breaches.push({
      path: ['methods'],
      what: 'texts and calls can be intercepted or moved to another card, and nothing else that counts by itself is enabled beside them',
      remedy: `Enable at least one of ${listed(unrestricted)}, so that everybody has another choice.`,
    });
  }
  if (stepUp.success && !gatesSuffice(enabled, 'step-up', { needed: stepUp.data.gates, oneDevice })) {
    const completing = registeredKinds.filter((kind) =>
      gatesSuffice([...enabled, kind], 'step-up', { needed: stepUp.data.gates, oneDevice }),
    );
    breaches.push({
      path: ['stepUp', 'gates'],
      what: `nobody could ever confirm a change of methods with ${stepUp.data.gates}: the enabled methods (${listed(enabled)}) are not enough for it`,
      remedy: completing.length > 0 ? `Enable ${listed(completing)}.` : 'Ask for 1 gate in stepUp.gates.',
    });
  }
  const firstProof = firstProofSchema.safeParse(file['firstProof']);
  if (firstProof.success && firstProof.data.directoryPlaces !== 'none' && !enabled.includes('text-message') && !enabled.includes('email')) {
    breaches.push({
      path: ['firstProof', 'directoryPlaces'],
      what: 'nobody could ever begin by a code to what the directory holds: neither text messages nor mail are enabled',
      remedy: 'Enable text-message or email in methods, or write none.',
    });
  }
  const cooling = coolingSchema.safeParse(file['cooling']);
  if (firstProof.success && firstProof.data.directoryPlaces !== 'none' && cooling.success && !cooling.data.firstRegistration) {
    breaches.push({
      path: ['firstProof', 'directoryPlaces'],
      what: 'whoever reads one code beside an unlocked Teams would have a new password in the same minute: first methods do not cool off',
      remedy: 'Write firstRegistration: true in cooling, so that the owner, who is told, can object; or write none.',
    });
  }
  return breaches;
}

const listed = (kinds: readonly MethodKind[]): string => (kinds.length === 0 ? 'none' : kinds.join(', '));
