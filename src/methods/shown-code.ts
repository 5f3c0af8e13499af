import type { ChallengeId } from '../../dialogs/views.ts';
import type { ShownCodes } from '../conversation/port.ts';
import { startCodeHalf } from '../desk/start-code-signs.ts';
import type { Keys } from '../security/keys.ts';

/**
 * Six digits that the chat shows, to be keyed elsewhere (I22). They are made of the challenge's id, which is random, whenever they are shown,
 * and stored nowhere but as the keyed hash that every code has.
 */
export class CodesOfChallenges implements ShownCodes {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  of(challenge: ChallengeId): string {
    // 2^48 is so much larger than a million that no digit is favoured (R10).
    const value = this.#keys.derived('shown-code', challenge).bytes.readUIntBE(0, 6);
    return String(value % 1_000_000).padStart(6, '0');
  }

  half(startCode: string, half: 1 | 2): string {
    return startCodeHalf(this.#keys, startCode, half);
  }
}
