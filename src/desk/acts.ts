import { answer } from './acts/answer.ts';
import { ask } from './acts/ask.ts';
import { approve, askColleague } from './acts/ask-colleague.ts';
import { assign } from './acts/assign.ts';
import { checkIdentity } from './acts/check-identity.ts';
import { claim } from './acts/claim.ts';
import { gives } from './acts/give.ts';
import { release } from './acts/release.ts';
import { reopen } from './acts/reopen.ts';
import { resolve } from './acts/resolve.ts';
import { takeOver } from './acts/take-over.ts';
import { thaw } from './acts/thaw.ts';
import { verifyCallerAct } from './acts/verify-caller.ts';
import type { CaseAct } from './case-act.ts';

/** Every act there is, in the order in which the card shows its buttons. A new one is a file in `acts/`, its words in the locales, and its line here. */
export const caseActs: readonly CaseAct[] = [
  claim,
  verifyCallerAct,
  ...gives,
  approve,
  ask,
  answer,
  resolve,
  checkIdentity,
  askColleague,
  thaw,
  release,
  assign,
  takeOver,
  reopen,
];

/** The act of this id; null for one that does not exist, as a card from outside may say. */
export const actOf = (id: unknown): CaseAct | null => caseActs.find((act) => act.id === id) ?? null;
