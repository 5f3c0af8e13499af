/** What kind of trouble a fault is: it decides retry, status and the sentence people see. */
export type FaultKind =
  /** The configuration is wrong; the remedy stands in the message. */
  | 'configuration'
  /** The other side cannot be reached, or is busy; nothing happened there. */
  | 'unavailable'
  /** The other side said no. */
  | 'refused'
  /** It may have happened: never repeat what must not happen twice. */
  | 'doubtful'
  /** Somebody else was faster; read again. */
  | 'conflict'
  /** A mistake of ours. */
  | 'defect';

/** A fault with a stable code `latchkey_<room>_<what>`. People never see its message: they see a sentence and a reference number. */
export class LatchkeyError extends Error {
  readonly code: `latchkey_${string}`;
  readonly kind: FaultKind;

  constructor(code: `latchkey_${string}`, kind: FaultKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LatchkeyError';
    this.code = code;
    this.kind = kind;
  }
}
