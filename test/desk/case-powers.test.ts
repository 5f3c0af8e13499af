import { describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { caseActs } from '../../src/desk/acts.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';

const sentences = demoSentences(demoPolicy());

describe('the acts of a case', () => {
  test('I14: what has power takes the agent`s standing proof; answering takes none', () => {
    for (const { id, right, takesProof } of caseActs) {
      if (right === 'answer') expect({ id, takesProof }).toEqual({ id, takesProof: false });
      // Its power lies with what each of the two does in their own chat, which takes a gate of their own every time (I12).
      else if (id === 'check-identity') expect({ id, takesProof }).toEqual({ id, takesProof: false });
      else if (right !== 'verify') expect({ id, takesProof }).toEqual({ id, takesProof: true });
    }
  });

  test('I16: what has power is for who has the case, or for a second agent who approves', () => {
    for (const { id, right, claimantOnly } of caseActs)
      if (right !== 'answer') expect({ id, may: claimantOnly || right === 'approve' }).toEqual({ id, may: true });
  });

  test('each has an id of its own, and its words in every language', () => {
    expect(new Set(caseActs.map(({ id }) => id)).size).toBe(caseActs.length);
    for (const { id } of caseActs)
      for (const language of languages) expect([id, sentences.has(language, `desk.act.${id}`)]).toEqual([id, true]);
  });
});
