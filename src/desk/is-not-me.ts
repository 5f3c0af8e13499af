import type { CaseRecord } from './case-record.ts';

/**
 * Whether a case tells that something was not its owner (I17). The helpdesk settles it, and nobody else: who sits in the account's chat may be the
 * one it tells of, so it is not withdrawn there, and does not expire.
 */
export const isNotMe = ({ wish }: Pick<CaseRecord, 'wish'>): boolean => wish === 'not-me';
