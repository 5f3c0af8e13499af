import { describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { createLog } from '../../src/server/log.ts';
import { stillClock } from '../store/still-clock.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog('info', stillClock(Date.UTC(2026, 0, 2)), { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('R41: log lines hold ids, names and numbers only', () => {
  test('a turn is one line, at a time in UTC', () => {
    const turn = {
      reference: '7K3M9QXT',
      account: '00000000-0000-4000-8000-000000000001',
      dialog: 'reset',
      from: 'choosing',
      to: 'sending',
      events: ['choose', 'challenge.sent'],
      effects: ['sendChallenge'],
      ms: 12,
    };
    expect(logged((log) => log.turn(turn))).toEqual([{ level: 'info', at: '2026-01-02T00:00:00.000Z', name: 'turn', ...turn }]);
  });

  test.each(['123456', 'Jag har glömt mitt lösenord', '+46701234567', '0701234567', 'anna@example.com', 'line\nbreak', 'x'.repeat(500)])(
    'a value that is no name is withheld: %j',
    (value) => {
      const [line] = logged((log) => log.turn({ dialog: value, events: [value] }));
      expect(line).toMatchObject({ dialog: '(withheld)', events: ['(withheld)'] });
    },
  );

  test.each(['code-123456', 'sms.46701234567', 'reset:004217'])('a name with a code or a number in it is withheld: %j', (value) => {
    const [line] = logged((log) => log.note(value, { result: value, events: [value] }));
    expect(line).toMatchObject({ name: '(withheld)', result: '(withheld)', events: ['(withheld)'] });
  });

  test.each(['anna@example.com', '+46 70 123 45 67', 'x"}\n{"level":"info"', 'mitt lösenord', 'x'.repeat(129)])(
    'what is no id is withheld: %j',
    (value) => {
      const lines = logged((log) => log.warn('barred', { reference: value, request: value, account: value, case: value }));
      const withheld = '(withheld)';
      expect(lines).toEqual([expect.objectContaining({ reference: withheld, request: withheld, account: withheld, case: withheld })]);
    },
  );

  test('a fault says its code, its causes by name and its place, and never a message', () => {
    const cause = Object.assign(new Error('password hunter2 refused'), { code: 'ECONNRESET' });
    const [line] = logged((log) => log.fault(new LatchkeyError('latchkey_store_away', 'unavailable', 'token abc.def.ghi', cause)));
    expect(line).toMatchObject({ name: 'fault', code: 'latchkey_store_away', kind: 'unavailable', causes: ['ECONNRESET'] });
    expect(JSON.stringify(line?.['where'])).toContain('test/server/log.test.ts');
    expect(JSON.stringify(line)).not.toMatch(/hunter2|abc\.def/u);
  });

  test('whatever is thrown is logged', () => {
    expect(logged((log) => log.fault('just a text'))[0]).toMatchObject({ code: 'unknown' });
  });
});
