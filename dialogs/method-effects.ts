import type { EffectFactsOf, Nothing, NoResult } from './effect-kind.ts';
import type { GateRule, MethodKind, Purpose } from './methods.ts';
import type { ChallengeId, DraftId, FinishLine, MethodId, MethodView, PlaceView, ProofId, ProofPlaceView } from './views.ts';

/** The effects that the methods' room carries out. */
export interface MethodEffects {
  /** The account's methods, in the order in which they are asked for, and which could be added. `stepUp` is what a step-up takes. */
  readMethods: {
    params: {
      readonly purpose: Purpose;
      /** Also what nobody registers and is asked of somebody else: a verification offers it (I18). */
      readonly withAsked?: true;
    };
    results: {
      'methods.read': {
        readonly methods: readonly MethodView[];
        /** Kinds the policy allows this person, with how many more of each. */
        readonly addable: readonly { readonly kind: MethodKind; readonly room: number }[];
        readonly finish: FinishLine;
        readonly stepUp: GateRule;
        /** What a reset takes: says what the removal of a method would lose (I8). */
        readonly resetGates: GateRule;
      };
    };
  };
  /** The numbers and addresses that the directory holds for the person and this kind takes, masked. None of them is confirmed. */
  readPlaces: { params: { readonly kind: MethodKind }; results: { 'places.read': { readonly places: readonly PlaceView[] } } };
  /** What may take the present password's place as I3's proof, masked: nothing where the policy says no, or something is registered. */
  readFirstProof: {
    params: Nothing;
    results: { 'first-proof.read': { readonly places: readonly ProofPlaceView[]; readonly hasPassword: boolean } };
  };
  /** Takes a number or address as typed (or, where nothing is typed, makes a seed or codes) into a sealed draft; the machine sees its masked form only. */
  draftMethod: {
    params: {
      readonly kind: MethodKind;
      readonly answer?: string;
      /** A method of the person's own whose number is meant; nothing is typed then. */
      readonly numberOf?: MethodId;
      /** One that the directory holds, as `readPlaces` named it; nothing is typed then. */
      readonly onFile?: PlaceView['id'];
      /** Whose place it takes. */
      readonly replaces?: MethodId;
    };
    results: {
      'draft.taken': { readonly draft: DraftId; readonly masked: string };
      'draft.rejected': {
        readonly reason:
          | 'not-a-number'
          | 'not-allowed-country'
          | 'not-a-mobile'
          /** One that costs more, or belongs to nobody in person. */
          | 'special-number'
          /** The policy's list has it: the switchboard, for instance. */
          | 'refused-number'
          | 'not-an-address'
          | 'work-address'
          | 'company-domain'
          | 'group-mailbox'
          | 'already-yours'
          /** Not before a method of another kind is there. */
          | 'needs-another'
          | 'full'
          /** The directory holds it no more, or does not answer. */
          | 'off-file'
          /** Whose place it was to take, or whose number, is there no more. */
          | 'gone';
      };
    };
  };
  /** Weighs an answer against a challenge, exactly once. */
  checkAnswer: {
    params: { readonly challenge: ChallengeId; readonly answer: string };
    results: {
      /** `left`: of a set of codes, how many are left. */
      'answer.accepted': { readonly proof: ProofId; readonly kind: MethodKind; readonly left?: number | undefined };
      'answer.rejected': {
        /** `newer`: right, but a newer one replaced it: use the one marked `mark`. `used`: right, but used before. `form`: not of the form this method's codes have; costs nothing. */
        readonly reason: 'wrong' | 'expired' | 'newer' | 'used' | 'form';
        readonly triesLeft: number;
        readonly mark: string | null;
      };
      /** No more tries: the method waits, or self-service is closed (`scope`), until then. */
      'answer.exhausted': { readonly scope: 'method' | 'account'; readonly until: number | null };
    };
  };
  /**
   * Asks for proof by a registered method; by a draft when the purpose is `register`; or by what the directory holds, as `readFirstProof` named it, when it
   * is `first-proof`. The challenge's id is the effect's id.
   */
  sendChallenge: {
    params: ({ readonly method: MethodId } | { readonly draft: DraftId } | { readonly onFile: ProofPlaceView['id'] }) & {
      readonly purpose: Purpose;
      /** What was passed before: a manager is asked only after another gate (I18). */
      readonly proofs?: readonly ProofId[];
    };
    results: {
      'challenge.sent': ChallengeShown;
      /** Nothing was sent and nothing will be: another way is needed. */
      'challenge.failed': {
        /** `stopped`: who has the number asked for no messages from us. `suspended`: the number is dead, and the method with it. */
        readonly reason: 'undeliverable' | 'unavailable' | 'gone' | 'stopped' | 'suspended';
      };
      /** `budget`: the company's codes to telephones are used up, or stopped, which is not the person's doing. */
      'challenge.refused': { readonly reason: 'pace' | 'cooling' | 'resend-too-soon' | 'budget'; readonly until: number | null };
      /** It may still arrive. */
      'challenge.doubtful': ChallengeShown;
    };
  };
  /** Its owner did not ask for it (I17): it ends, and so does what may begin here for the account. */
  reportChallenge: { params: { readonly challenge: ChallengeId }; results: { 'challenge.reported': Nothing } };
  /** Stores the draft as a method: its `register` proof and a step-up or I3's proof are checked in the store. */
  storeMethod: {
    params: { readonly draft: DraftId; readonly proofs: readonly ProofId[] };
    results: {
      'method.stored': { readonly method: MethodId; readonly label: string };
      /** `in-use`: it serves as many accounts as it may, which only who has it is told. */
      'method.refused': { readonly reason: 'proofs' | 'full' | 'in-use' | 'not-eligible' | 'gone' };
    };
  };
  removeMethod: {
    params: { readonly method: MethodId; readonly proofs: readonly ProofId[] };
    results: { 'method.removed': Nothing; 'method.refused': { readonly reason: 'proofs' | 'full' | 'not-eligible' | 'gone' } };
  };
  /** Takes a name as typed; without one, the name goes. It changes no proof, so it takes none. */
  nameMethod: {
    params: { readonly method: MethodId; readonly name?: string };
    results: {
      'method.named': Nothing;
      /** `taken`: another one is called that. `form`: a link, an address, a long number, or signs that are no plain text. */
      'name.rejected': { readonly reason: 'too-long' | 'form' | 'taken' };
      'method.refused': { readonly reason: 'not-eligible' | 'gone' };
    };
  };
  /** This one is asked for first from now on. It changes no proof, so it takes none. */
  preferMethod: {
    params: { readonly method: MethodId };
    results: { 'method.preferred': Nothing; 'method.refused': { readonly reason: 'not-eligible' | 'gone' } };
  };
  /** The person is asked whether a method is still theirs. */
  noteAsked: { params: Nothing; results: NoResult };
}

/** A challenge as the prompt shows it. */
export interface ChallengeShown {
  readonly challenge: ChallengeId;
  readonly kind: MethodKind;
  /** Where it went, masked; for an app its name. */
  readonly masked: string;
  /** Two letters that the message carries too; null where nothing is sent. */
  readonly mark: string | null;
  readonly expiresAt: number;
  /** From when another one may be asked for, epoch ms; null where nothing is sent. */
  readonly resendAt: number | null;
}

/** Kind and results of each. */
export const methodEffects: EffectFactsOf<MethodEffects> = {
  readMethods: { kind: 'read', results: ['methods.read'] },
  readPlaces: { kind: 'read', results: ['places.read'] },
  readFirstProof: { kind: 'read', results: ['first-proof.read'] },
  draftMethod: { kind: 'check', results: ['draft.taken', 'draft.rejected'] },
  checkAnswer: { kind: 'check', results: ['answer.accepted', 'answer.rejected', 'answer.exhausted'] },
  sendChallenge: { kind: 'once', results: ['challenge.sent', 'challenge.failed', 'challenge.refused', 'challenge.doubtful'] },
  reportChallenge: { kind: 'repeatable', results: ['challenge.reported'] },
  storeMethod: { kind: 'repeatable', results: ['method.stored', 'method.refused'] },
  removeMethod: { kind: 'repeatable', results: ['method.removed', 'method.refused'] },
  nameMethod: { kind: 'check', results: ['method.named', 'name.rejected', 'method.refused'] },
  preferMethod: { kind: 'repeatable', results: ['method.preferred', 'method.refused'] },
  noteAsked: { kind: 'repeatable', results: [] },
};
