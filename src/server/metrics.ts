import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** How a turn ended: `silent` had nothing to say, `refused` was not let in. */
type TurnEnd = 'answered' | 'silent' | 'refused' | 'failed';

/** What the product counts about itself. Labels are names from the code: never a person, a place or a text. */
export interface Metrics {
  turn(end: TurnEnd, ms: number): void;
  /** A send to a channel: `ok` or the reason it was not. */
  send(result: 'ok' | 'doubtful' | 'gone' | 'unavailable'): void;
  fault(code: string): void;
  /** Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const turns = new Counter({ name: 'latchkey_turns_total', help: 'Turns by how they ended', labelNames: ['end'], registers });
  const seconds = new Histogram({
    name: 'latchkey_turn_seconds',
    help: 'From the request to its answer',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  });
  const sends = new Counter({
    name: 'latchkey_sends_total',
    help: 'Activities sent to channels, by result',
    labelNames: ['result'],
    registers,
  });
  const faults = new Counter({ name: 'latchkey_faults_total', help: 'Faults by code', labelNames: ['code'], registers });
  return {
    turn(end, ms) {
      turns.inc({ end });
      seconds.observe(ms / 1000);
    },
    send: (result) => sends.inc({ result }),
    fault: (code) => faults.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
