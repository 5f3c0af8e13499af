import { languages, type Language, type Policy } from '../config/policy.ts';
import type { AccountState } from './port.ts';

/** The language for somebody who did not choose one here: the directory's, where it is shipped, else the helpdesk's. */
export const languageOf = (account: Pick<AccountState, 'language'> | null, { contacts }: Pick<Policy, 'contacts'>): Language =>
  languages.find((each) => account?.language?.toLowerCase().startsWith(each)) ?? contacts.desk.language;
