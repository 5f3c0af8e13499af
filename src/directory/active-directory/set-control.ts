import { Control, type BerWriter } from 'ldapts';

/** LDAP_SERVER_POLICY_HINTS, and what it was called before: an administrator's reset is held to history and age as the person's own change would be. */
const current = '1.2.840.113556.1.4.2239';
const former = '1.2.840.113556.1.4.2066';

/** SEQUENCE { INTEGER 1 } */
const asUser = Buffer.from('3003020101', 'hex');
const octetString = 0x04;

class PolicyHints extends Control {
  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(asUser, octetString);
  }
}

/** The control for a controller that lists it among its supportedControl; null for one that does not. */
export function policyHints(supported: readonly string[]): Control | null {
  const type = [current, former].find((each) => supported.includes(each));
  return type === undefined ? null : new PolicyHints(type, { critical: true });
}
