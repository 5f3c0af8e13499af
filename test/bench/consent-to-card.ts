/**
 * How long an escalation takes: from a person's "Yes, contact an administrator" to the case's card in the helpdesk's conversation. The product runs as a
 * process of its own in local mode, and is spoken to over HTTP as the page at / does, by one person after the other.
 *
 *     node_modules/.bin/node test/bench/consent-to-card.ts [runs]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startRunning } from './running.ts';
import { machine, summary } from './times.ts';

/** Between two looks, and so the grain of the result. */
const lookEveryMs = 5;
/** Between two people: Teams takes sixty posts in half a minute to one conversation, and so do we. */
const betweenMs = 600;
const longestMs = 10_000;

const runs = Number(process.argv[2] ?? 40);
if (!Number.isInteger(runs) || runs < 1) throw new Error('the number of runs is a whole number from 1');

interface Activity {
  readonly attachments?: readonly { readonly content: unknown }[];
  readonly text?: string;
}

/** A conversation of the page's, as a chat client has it. */
class Chat {
  readonly #url: string;
  #watermark = '';

  constructor(url: string, conversation: string) {
    this.#url = `${url}/v3/directline/conversations/${encodeURIComponent(conversation)}/activities`;
  }

  async post(activity: object): Promise<void> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    await answer.text();
  }

  /** Looks until something stands there that fits; what was seen is not seen again. */
  async until<T>(find: (activity: Activity) => T | null): Promise<T> {
    for (const end = performance.now() + longestMs; performance.now() < end; await pause(lookEveryMs)) {
      const answer = await fetch(`${this.#url}?watermark=${this.#watermark}`);
      const seen = (await answer.json()) as { readonly activities: readonly Activity[]; readonly watermark: string };
      this.#watermark = seen.watermark;
      for (const activity of seen.activities) {
        const found = find(activity);
        if (found !== null) return found;
      }
    }
    throw new Error('it never came');
  }
}

/** The data of the button that opens a case. */
function contactButton(activity: Activity): object | null {
  const found = /\{[^{}]*"choose":"contact"[^{}]*\}/u.exec(JSON.stringify(activity));
  return found === null ? null : (JSON.parse(found[0]) as object);
}

const numberIn = (activity: Activity): string | null => /LK-\d+/u.exec(JSON.stringify(activity))?.[0] ?? null;

/** One escalation. @returns ms */
async function once(url: string, desk: Chat): Promise<number> {
  const from = { id: randomUUID(), name: 'Somebody' };
  const opened = await fetch(`${url}/v3/directline/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { conversationId } = (await opened.json()) as { readonly conversationId: string };
  const chat = new Chat(url, conversationId);
  await chat.post({ type: 'message', from, locale: 'en-GB', text: 'I forgot my password' });
  const data = await chat.until(contactButton);
  const began = performance.now();
  const value = { action: { type: 'Action.Execute', verb: 'choose', data }, trigger: 'manual' };
  // The person's own answer is not waited for: the card is what is measured.
  const pressed = chat.post({ type: 'invoke', name: 'adaptiveCard/action', from, locale: 'en-GB', value });
  await desk.until(numberIn);
  const ms = performance.now() - began;
  await pressed;
  return ms;
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
try {
  const { url, stop } = await startRunning('.', folder);
  try {
    const desk = new Chat(url, '19:helpdesk@thread.tacv2');
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      times.push(await once(url, desk));
      await pause(betweenMs);
    }
    console.log(`${machine()}, ${runs} cases, one after the other`);
    console.log(`from consent to card: ${summary(times)}`);
  } finally {
    await stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
