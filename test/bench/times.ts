import { cpus } from 'node:os';

/** The machine that a number belongs to. */
export function machine(): string {
  const processors = cpus();
  return `Node ${process.versions.node}, ${processors.length} x ${processors[0]?.model ?? 'unknown processor'}`;
}

/** `median 41 ms, p95 60 ms, max 71 ms`. The 95th percentile is the least time that 95 in a hundred did not exceed. */
export function summary(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string => `${(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN).toFixed(0)} ms`;
  return `median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`;
}
