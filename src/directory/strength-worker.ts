import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { swedishWords } from './common-words.ts';

/** A thread of its own: weighing one password may take half a second. Its dictionaries are indexed once, when it starts. */
const estimator = new ZxcvbnFactory({ dictionary: { ...common, ...english, swedish: [...swedishWords] }, graphs: adjacencyGraphs });

/** What is asked, and answered under the same number. The password stays in memory, and is in no answer. */
parentPort?.on('message', ({ id, text, known }: { id: number; text: string; known: readonly string[] }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage({ id, guesses: estimator.check(text, [...known]).guesses });
});
