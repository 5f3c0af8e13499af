import type { Wish } from '../../dialogs/dialog-table.ts';
import {
  effects as catalogue,
  type EffectName,
  type EffectTable,
  type NoticeParams,
  type OutsideEvent,
  type ResultEvent,
} from '../../dialogs/effects.ts';
import type { ProofPlaceView } from '../../dialogs/views.ts';
import { emptyStack, present, step, type OwedEffect, type Stack, type StackEvent } from '../../dialogs/stack.ts';

/** A conversation in a test: what a person does goes in, what the stack asks for comes out. The test is the world: it gives the results. */
export class Talk {
  stack: Stack = emptyStack;
  now = 1_000_000;
  /** Of the last event. */
  effects: readonly OwedEffect[] = [];
  took = false;
  /** What the directory holds and the policy takes for a first proof (I3): it is read without a word from the test. */
  onFile: readonly ProofPlaceView[] = [];
  hasPassword = true;

  take(event: StackEvent): this {
    const stepped = step(this.stack, event, this.now);
    this.stack = stepped.stack;
    this.effects = stepped.effects;
    this.took = stepped.took;
    const read = stepped.effects.find(({ type }) => type === 'readFirstProof');
    if (read === undefined) return this;
    const before = this.effects.filter(({ type }) => type !== 'readFirstProof');
    this.gets({ type: 'first-proof.read', places: this.onFile, hasPassword: this.hasPassword });
    this.effects = [...before, ...this.effects];
    return this;
  }

  /** The directory holds these, and the policy lets a code to them be the first proof. */
  holding(...onFile: readonly ProofPlaceView[]): this {
    this.onFile = onFile;
    return this;
  }

  /** Somebody speaks for the first time, and the menu stands. */
  atHome(menu: Partial<Extract<ResultEvent, { type: 'home.read' }>> = {}): this {
    this.take({ type: 'open' });
    return this.gets({
      type: 'home.read',
      reset: true,
      unlock: true,
      register: true,
      methods: 1,
      cases: 0,
      asked: 0,
      startCode: false,
      contact: 'administrator',
      overdue: null,
      notMe: false,
      agent: false,
      ...menu,
    });
  }

  wishes(wish: Wish): this {
    return this.take({ type: 'wish', wish });
  }

  chooses(choice: string): this {
    return this.take({ type: 'choose', choice });
  }

  types(text: string): this {
    return this.take({ type: 'answer', text });
  }

  /** The result of the effect that the dialog on top waits for. */
  gets(result: ResultEvent): this {
    return this.take({ type: 'result', frame: this.top.id, result });
  }

  hears(event: OutsideEvent): this {
    return this.take({ type: 'outside', event });
  }

  get top() {
    const frame = this.stack.frames.at(-1);
    if (frame === undefined) throw new Error('nothing is on the stack');
    return frame;
  }

  /** `home:away > reset:page`. */
  get where(): string {
    return this.stack.frames.map(({ dialog, state }) => `${dialog}:${state}`).join(' > ');
  }

  get prompt(): string | null {
    return present(this.stack)?.prompt ?? null;
  }

  get choices(): readonly string[] {
    return present(this.stack)?.shape.choices.map(({ id }) => id) ?? [];
  }

  get params(): NoticeParams {
    return present(this.stack)?.shape.params ?? {};
  }

  get page(): string | undefined {
    return present(this.stack)?.shape.page;
  }

  /** The notices of the last event, in order. */
  get said(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === 'say' ? [effect.params.notice] : []));
  }

  /** What fills a notice of the last event. */
  filling(notice: string): NoticeParams | undefined {
    return this.effects.flatMap((effect) =>
      effect.type === 'say' && effect.params.notice === notice ? [effect.params.params ?? {}] : [],
    )[0];
  }

  /** The parameters of an effect that the last event asked for. */
  asked<E extends EffectName>(type: E): EffectTable[E]['params'] | undefined {
    return this.effects.find((effect) => effect.type === type)?.params;
  }

  /** The names of the effects that must be carried out, in order. */
  get owed(): readonly EffectName[] {
    return this.effects.map(({ type }) => type).filter((type) => catalogue[type].kind !== 'notice');
  }
}
