import type { BotToken } from '../teams/bot-token.ts';
import { fails, notTried, works, type Finding } from './finding.ts';

/** Whether Microsoft gives the bot a token of its own, without which it cannot answer. @param token null in local mode */
export async function examineTeams(token: BotToken | null): Promise<Finding> {
  if (token === null) return notTried('Teams', 'local mode: there are no Bot Framework credentials');
  try {
    await token.read(true);
    return works('Teams', 'Microsoft gives the bot a token');
  } catch (fault) {
    // The library's fault quotes the request; its code is all that is told.
    const code = /AADSTS\d+/u.exec(fault instanceof Error ? fault.message : '')?.[0];
    return fails(
      'Teams',
      `Microsoft gives the bot no token${code === undefined ? '' : ` (${code})`}`,
      'Check MicrosoftAppId, MicrosoftAppType, MicrosoftAppTenantId and whether MicrosoftAppPassword has expired; and the way to login.microsoftonline.com.',
    );
  }
}
