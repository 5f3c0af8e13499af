import type { MethodKind, Purpose } from '../../dialogs/methods.ts';
import type { Language } from '../config/policy.ts';
import type { Scene } from '../delivery/call-script.ts';
import type { Sentences } from '../locales/sentences.ts';

/** What a code or a call is for, in words: "reset your password". */
export const whyOf = (sentences: Pick<Sentences, 'say'>, language: Language, kind: MethodKind, purpose: Purpose): string =>
  sentences.say(language, `message.why.${purpose === 'register' ? `register-${kind}` : purpose}`);

/** What a scene of a call says, sentence by sentence. @param why what the call is for, as `whyOf` words it: the opening says it */
export const callWords = (sentences: Pick<Sentences, 'say'>, language: Language, { says }: Scene, why: string): readonly string[] =>
  says.map((line) => sentences.say(language, `call.${line}`, { why }));
