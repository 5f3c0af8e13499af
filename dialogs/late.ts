import type { Effect, EffectTable, ResultEvent } from './effects.ts';

/**
 * What a result means whose dialog has gone: what it opened is ended, and an act that was done all the same is said. Reads, refusals and
 * checks mean nothing then.
 */
export function leftBehind(result: ResultEvent): readonly Effect[] {
  switch (result.type) {
    case 'challenge.sent':
    case 'challenge.doubtful':
      return [drop({ challenges: [result.challenge] })];
    case 'page.opened':
      return [drop({ pages: [result.page] })];
    case 'draft.taken':
      return [drop({ drafts: [result.draft] })];
    case 'answer.accepted':
      return [drop({ proofs: [result.proof] })];
    case 'start-code.redeemed':
      return [drop({ proofs: [result.password, result.register].filter((proof) => proof !== null) })];
    case 'case.opened':
      return [{ type: 'say', params: { notice: 'runner.late-case', params: { number: result.number } } }];
    case 'method.stored':
      return [{ type: 'say', params: { notice: 'runner.late-stored', params: { label: result.label } } }];
    case 'method.removed':
      return [{ type: 'say', params: { notice: 'runner.late-removed' } }];
    case 'unlock.done':
      return [{ type: 'say', params: { notice: 'runner.late-unlocked' } }];
    default:
      return [];
  }
}

const drop = (params: EffectTable['drop']['params']): Effect => ({ type: 'drop', params });
