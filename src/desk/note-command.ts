import { commitAudited, type AuditFacts } from '../security/audit.ts';
import { partitionOf } from '../store/keys.ts';
import type { ChangeNeeds } from './change-case.ts';

/**
 * The audit entry of what somebody asked for in words, allowed or refused (R41). It stands in the trail of whoever asked, with the account it was for where
 * there is one, and without a word of what was written.
 */
export async function noteCommand(
  { store, seals, clock }: Pick<ChangeNeeds, 'store' | 'seals' | 'clock'>,
  command: { readonly name: string; readonly by: string; readonly account: string | null },
  verdict: AuditFacts['verdict'],
  reason: string,
): Promise<void> {
  const entry: AuditFacts = {
    at: clock.now(),
    actor: command.by,
    account: command.account,
    act: `desk.command.${command.name}`,
    verdict,
    reason,
    proofs: [],
    door: 'desk',
    reference: null,
  };
  await commitAudited(store, seals, { partition: partitionOf(command.by), entries: [entry], commit: {} });
}
