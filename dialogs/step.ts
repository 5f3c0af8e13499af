import { initialTransition, transition, type AnyMachineSnapshot, type ExecutableActionObject } from 'xstate';
import type { Dialogs } from './all.ts';
import { claimOf } from './claim.ts';
import type { DialogName, DialogTable, Wish } from './dialog-table.ts';
import type { DialogEvent, Effect, EffectTable, OutsideEvent } from './effects.ts';
import { leftBehind } from './late.ts';
import { promptOf } from './present.ts';
import type { Frame, OwedEffect, Stack, StackEvent, Stepped } from './stack.ts';
import { versionOf } from './versions.ts';

/** `step` over a set of dialogs. */
export function stepper(dialogs: Dialogs): (stack: Stack, event: StackEvent, now: number) => Stepped {
  return (stack, event, now) => {
    const run = new Run(dialogs, stack, now);
    const took = run.take(event);
    return { stack: took ? run.stack : stack, effects: run.effects, took };
  };
}

/** One step under way: the stack as it changes, and the effects so far. */
class Run {
  readonly effects: OwedEffect[] = [];
  readonly #dialogs: Dialogs;
  readonly #now: number;
  readonly #frames: Frame[];
  readonly #home: Stack['home'];
  #next: number;

  constructor(dialogs: Dialogs, stack: Stack, now: number) {
    this.#dialogs = dialogs;
    this.#now = now;
    this.#frames = [...stack.frames];
    this.#home = stack.home;
    this.#next = stack.next;
  }

  get stack(): Stack {
    return { frames: this.#frames, next: this.#next, ...(this.#home !== undefined && { home: this.#home }) };
  }

  /** Whether the event was of use. */
  take(event: StackEvent): boolean {
    switch (event.type) {
      case 'open':
        if (this.#frames.length === 0) return this.#begin(this.#home ?? 'home', {});
        return this.#frames.length === 1 && this.#greet();
      case 'choose':
        return this.#choose(event.choice);
      case 'answer':
        return this.#prompt()?.shape.input !== undefined && this.#advance({ ...event, now: this.#now });
      case 'cancel':
        return this.#cancel();
      case 'wish':
        return this.#wish(event.wish);
      case 'call-number':
        return this.#called(event.text);
      case 'topic':
        return this.#say(event.notice);
      case 'start-over':
        return this.#backHome('home.started-over');
      case 'idle':
        // What was claimed at the front door ends too: whoever sits there now may be somebody else.
        return (this.#frames.length > 1 || claimOf(this.stack) !== null) && this.#backHome('runner.idle');
      case 'ended':
        return (
          this.#frames.length > 1 &&
          !this.#frames.some(({ dialog }) => dialog === 'escalate' || dialog === 'door-contact') &&
          this.#backHome(event.notice)
        );
      case 'result':
        return this.#result(event);
      case 'outside':
        return this.#outside(event.event);
    }
  }

  /** Home may have news since the menu was shown. */
  #greet(): boolean {
    const event: DialogEvent = { type: 'greeted', now: this.#now };
    return this.#top !== undefined && this.#takes(this.#top, event) && this.#advance(event);
  }

  get #top(): Frame | undefined {
    return this.#frames.at(-1);
  }

  #prompt() {
    return this.#top ? promptOf(this.#dialogs, this.#top) : null;
  }

  #offers(choice: string): boolean {
    return this.#prompt()?.shape.choices.some((offered) => offered.id === choice) ?? false;
  }

  #choose(choice: string): boolean {
    if (!this.#offers(choice)) return false;
    return choice === 'cancel' ? this.#cancel() : this.#advance({ type: 'choose', choice, now: this.#now });
  }

  /** The top dialog and then each caller, down to home. */
  #cancel(): boolean {
    if (this.#frames.length === 0) return false;
    this.#endAboveHome();
    return this.#advance({ type: 'cancel', now: this.#now });
  }

  #wish(wish: Wish): boolean {
    if (this.#frames.length === 0) this.#begin(this.#home ?? 'home', {});
    const wasLeaving = this.#top?.dialog === 'leave';
    if (wasLeaving) this.#frames.pop();
    const isOffered = this.#offers(wish);
    if (this.#frames.length === 1 || (isOffered && !wasLeaving)) return this.#advance({ type: 'choose', choice: wish, now: this.#now });
    if (this.#prompt() === null) return false;
    const from = this.#frames[1]?.dialog ?? 'home';
    // What is offered below a question is shown again first: nobody says yes to what they do not see.
    if (from === wish || isOffered) return this.#say('leave.already');
    return this.#begin('leave', { wish, from });
  }

  /** At the menu it is answered at once; elsewhere `leave` asks first, and the number is asked for then. */
  #called(text: string): boolean {
    const called: DialogEvent = { type: 'called', now: this.#now };
    if (this.#frames.length !== 1 || this.#top === undefined || !this.#takes(this.#top, called)) return this.#wish('caller');
    return this.#advance(called) && this.#advance({ type: 'answer', text, now: this.#now });
  }

  #backHome(notice: string): boolean {
    if (this.#frames.length === 0) return false;
    this.#endAboveHome();
    this.#frames.pop();
    this.#begin(this.#home ?? 'home', {});
    return this.#say(notice);
  }

  #result({ frame, result }: Extract<StackEvent, { type: 'result' }>): boolean {
    const event: DialogEvent = { ...result, now: this.#now };
    if (this.#top?.id === frame) return this.#takes(this.#top, event) && this.#advance(event);
    // Whoever asked has gone: what came of it is ended, or said.
    if (!this.#frames.some(({ id }) => id === frame)) this.effects.push(...leftBehind(result).map((effect) => ({ ...effect, frame })));
    return false;
  }

  #outside(outside: OutsideEvent): boolean {
    // Nothing goes on from where it was, whatever it was.
    if (outside.type === 'account.frozen') return this.#backHome('runner.frozen');
    const event: DialogEvent = { ...outside, now: this.#now };
    const asking = this.#top?.dialog === 'leave' ? this.#frames.length - 2 : this.#frames.length - 1;
    const frame = this.#frames[asking];
    if (frame === undefined || !this.#takes(frame, event)) return false;
    this.#frames.length = asking + 1;
    // An answer that was weighed elsewhere brings its verdict along: the machine goes where it checks, and gets it there.
    return this.#advance(event) && (outside.type !== 'challenge.answered' || this.#advance({ ...outside.verdict, now: this.#now }));
  }

  #takes(frame: Frame, event: DialogEvent): boolean {
    return this.#snapshot(frame).can(event);
  }

  #snapshot(frame: Frame): AnyMachineSnapshot {
    return this.#dialogs[frame.dialog].machine.resolveState({ value: frame.state, context: frame.context });
  }

  #endAboveHome(): void {
    for (let frame = this.#top; frame !== undefined && this.#frames.length > 1; frame = this.#top) {
      const [, actions] = transition(this.#dialogs[frame.dialog].machine, this.#snapshot(frame), { type: 'cancel', now: this.#now });
      this.#collect(frame, actions);
      this.#frames.pop();
    }
  }

  #say(notice: string): boolean {
    const frame = this.#top;
    if (frame) this.effects.push({ type: 'say', params: { notice }, frame: frame.id });
    return frame !== undefined;
  }

  #begin<D extends DialogName>(dialog: D, input: DialogTable[D]['input']): true {
    const frame: Frame = { id: `f${this.#next}`, dialog, version: versionOf(dialog), state: '', context: {} };
    this.#next += 1;
    const [snapshot, actions] = initialTransition(this.#dialogs[dialog].machine, input);
    this.#frames.push(frame);
    return this.#settle(frame, snapshot, actions);
  }

  #advance(event: DialogEvent): boolean {
    const frame = this.#top;
    if (frame === undefined) return false;
    const [snapshot, actions] = transition(this.#dialogs[frame.dialog].machine, this.#snapshot(frame), event);
    return this.#settle(frame, snapshot, actions);
  }

  /** Puts the top dialog where its machine went: still there, calling another, or at its end. */
  #settle(frame: Frame, snapshot: AnyMachineSnapshot, actions: readonly ExecutableActionObject[]): true {
    const begun = this.#collect(frame, actions);
    this.#frames[this.#frames.length - 1] = { ...frame, state: String(snapshot.value), context: snapshot.context };
    if (snapshot.status !== 'active') {
      this.#frames.pop();
      this.#finish(frame.dialog, snapshot.output);
    } else if (begun !== null) {
      this.#begin(begun.dialog, begun.input);
    }
    return true;
  }

  /** The caller gets the output; home's end is a fresh home; `leave` is nobody's, it moves the whole stack. */
  #finish(dialog: DialogName, output: unknown): void {
    if (this.#frames.length === 0) {
      this.#begin(this.#home ?? 'home', {});
    } else if (dialog === 'leave') {
      const { leave, wish } = output as DialogTable['leave']['output'];
      if (!leave) return;
      this.#endAboveHome();
      this.#advance({ type: 'choose', choice: wish, now: this.#now });
    } else {
      this.#advance({ type: `${dialog}.done`, output, now: this.#now } as DialogEvent);
    }
  }

  /** Keeps the effects among the actions; what is begun comes back. */
  #collect(frame: Frame, actions: readonly ExecutableActionObject[]): EffectTable['begin']['params'] | null {
    let begun: EffectTable['begin']['params'] | null = null;
    for (const { type, params } of actions) {
      const effect = { type, params: params ?? {} } as Effect;
      if (effect.type === 'begin') begun = effect.params;
      else if (effect.type !== 'drop' || dropsSomething(effect.params)) this.effects.push({ ...effect, frame: frame.id });
    }
    return begun;
  }
}

const dropsSomething = (drop: EffectTable['drop']['params']): boolean => Object.values(drop).some((ids) => ids.length > 0);
