import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/environment.ts';
import { demoPeople } from '../../src/directory/demo-people.ts';

const person = z.object({ name: z.string(), userPrincipleName: z.string(), aadObjectId: z.string() });
const playground = z.object({ tenantId: z.string(), currentUser: person, users: z.array(person).length(5) });

test("who one is in Microsoft's Agents Playground is the demo company's unregistered person, among colleagues", () => {
  const settings = playground.parse(parse(readFileSync(new URL('../../.m365agentsplayground.yml', import.meta.url), 'utf8')));
  const read = readConfig({ SEAL_KEYS: `test:${'A'.repeat(43)}` });
  expect(read.ok && read.config.policy.organisation.tenants).toEqual([settings.tenantId]);
  const demo = demoPeople(0);
  const stories = [settings.currentUser, ...settings.users].map(
    ({ name, userPrincipleName, aadObjectId }) =>
      demo.find(({ account }) => account.name === name && account.userId === userPrincipleName && account.id === aadObjectId)?.story,
  );
  expect(stories).toEqual(['unregistered', 'registered', 'locked', 'manager', 'agent', 'agent']);
});
