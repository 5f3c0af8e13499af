import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { PageKind } from '../../dialogs/views.ts';
import type { Language } from '../../src/config/policy.ts';
import { shippedQuestions } from '../../src/config/shipped-questions.ts';
import { judgeAnswers, type Chosen } from '../../src/methods/judge-answers.ts';
import type { PageRules } from '../../src/pages/needs.ts';
import { chromiumPath, startBrowser } from '../servers/chromium.ts';
import { describeWith } from '../servers/require.ts';
import { serve } from './serve.ts';

/** Where pictures are kept for whoever wants to look at them; none are taken where it is not set. */
const pictures = process.env['PICTURES'];
const asked = shippedQuestions.slice(0, 3);

/** The pages' rules without a store behind them: three questions, whose answers are the questions' ids. */
function questionRules(sent: Chosen[][]): Partial<PageRules> {
  return {
    openQuestionChoice: async () => ({ questions: shippedQuestions, choose: 3 }),
    async confirmQuestions({ id, chosen, account }) {
      sent.push([...chosen]);
      const faults = judgeAnswers(chosen.slice(0, 3), shippedQuestions, [account.userId, account.name]);
      return faults === null ? { ok: true, proof: id, parts: { put: {}, until: {} }, expect: {} } : { ok: false, faults };
    },
    openQuestions: async () => ({ purpose: 'reset', questions: asked }),
    answerQuestions: async ({ answers }) =>
      [...answers].every(([id, answer]) => id === answer)
        ? { type: 'answer.accepted', proof: 'p', kind: 'security-questions' }
        : { type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: null },
  };
}

describeWith(chromiumPath, 'chromium', 'security questions in a real browser', () => {
  let chrome: Browser;
  beforeAll(async () => {
    chrome = await startBrowser();
  });
  afterAll(() => chrome.close());

  async function visit(
    kind: PageKind,
    { language = 'en', width = 390, theme = 'light' }: { language?: Language; width?: number; theme?: 'light' | 'dark' } = {},
  ) {
    const sent: Chosen[][] = [];
    const served = await serve({ rules: questionRules(sent) });
    const page = await chrome.newPage({ viewport: { width, height: 844 }, colorScheme: theme });
    page.setDefaultTimeout(30_000);
    const complaints: string[] = [];
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('the server responded with a status of 4')) complaints.push(line.text());
    });
    page.on('pageerror', (fault) => complaints.push(fault.message));
    const { url, number } = served.world.links.of(await served.world.open(kind, { language }));
    await page.goto(url);
    await page.locator('input[name="number"]:focus').waitFor();
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
    await page.locator('form input[type="text"]').first().waitFor();
    const close = async (): Promise<void> => {
      expect(complaints).toEqual([]);
      await page.close();
      await served.close();
    };
    return { page, sent, close };
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  const fits = async (page: Page): Promise<boolean> => page.evaluate('document.documentElement.scrollWidth <= innerWidth');

  test('by keyboard alone: a question that was chosen cannot be chosen again, and the same answer is told before it is sent', async () => {
    const { page, sent, close } = await visit('choose-security-questions');
    await page.locator('#question-1:focus').waitFor();
    for (const answer of ['Kiruna', 'Malmö', 'kiruna']) {
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      await page.keyboard.type(answer);
      await page.keyboard.press('Tab');
    }
    expect(await page.locator('select').evaluateAll((all) => new Set(all.map((each) => (each as { value?: string }).value)).size)).toBe(3);
    await page.keyboard.press('Enter');
    expect(sent).toEqual([]);
    await page.locator('#answer-3').fill('Lund');
    await page.locator('#answer-3').press('Enter');
    await page.getByRole('heading', { name: 'Your answers are received' }).waitFor();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.slice(0, 3).map(({ answer }) => answer)).toEqual(['Kiruna', 'Malmö', 'Lund']);
    await close();
  });

  test.each([
    ['light', 390, 'sv'],
    ['dark', 390, 'en'],
    ['light', 1280, 'en'],
    ['dark', 1280, 'sv'],
  ] as const)(
    '%s, %i px wide, in %s: what is wrong stands beside its field, questions stay chosen, answers do not',
    async (theme, width, language) => {
      const { page, close } = await visit('choose-security-questions', { theme, width, language });
      await picture(page, `choose-${theme}-${width}-${language}`);
      await page.locator('#question-1').selectOption('first-pet');
      await page.locator('#answer-1').fill('Trogen');
      await page.locator('#question-2').selectOption('first-school');
      await page.locator('#answer-2').fill('ab');
      await page.locator('#question-3').selectOption('first-job');
      await page.locator('#answer-3').fill('password');
      await page.locator('button[type="submit"]').click();
      await page.getByRole('alert').waitFor();
      expect(await page.locator('#answer-2').getAttribute('aria-describedby')).toBe('answer-2-problem');
      expect(await page.locator('#answer-2-problem').innerText()).toContain('3');
      await page.locator('#answer-2:focus').waitFor();
      expect(await page.locator('#question-1').inputValue()).toBe('first-pet');
      for (const field of ['#answer-1', '#answer-2', '#answer-3']) expect(await page.locator(field).inputValue()).toBe('');
      expect(await page.content()).not.toContain('Trogen');
      expect(await fits(page)).toBe(true);
      await picture(page, `choose-wrong-${theme}-${width}-${language}`);
      await close();

      const answering = await visit('answer-security-questions', { theme, width, language });
      await answering.page.locator(`[id="answer.${asked[0]?.id}"]:focus`).waitFor();
      await picture(answering.page, `answer-${theme}-${width}-${language}`);
      for (const { id } of asked) await answering.page.locator(`[id="answer.${id}"]`).fill('fel');
      await answering.page.keyboard.press('Enter');
      await answering.page.getByRole('alert').waitFor();
      expect(await answering.page.getByRole('alert').innerText()).toContain('2');
      for (const { id } of asked) expect(await answering.page.locator(`[id="answer.${id}"]`).inputValue()).toBe('');
      expect(await answering.page.locator('[aria-invalid]').count()).toBe(0);
      expect(await fits(answering.page)).toBe(true);
      await picture(answering.page, `answer-wrong-${theme}-${width}-${language}`);
      for (const { id } of asked) await answering.page.locator(`[id="answer.${id}"]`).fill(id);
      await answering.page.keyboard.press('Enter');
      await answering.page.getByRole('heading', { name: language === 'sv' ? 'Tack, det stämde' : 'Thank you, that was right' }).waitFor();
      await answering.close();
    },
  );
});
