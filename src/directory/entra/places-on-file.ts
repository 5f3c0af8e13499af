import { z } from 'zod';
import type { PlaceOnFile } from '../port.ts';
import type { Graph } from './graph.ts';
import { isExternal, type User } from './user.ts';

const profileShape = z.object({
  mobilePhone: z.string().nullish(),
  businessPhones: z.array(z.string()).nullish(),
  otherMails: z.array(z.string()).nullish(),
});

/** What Graph answers (phoneAuthenticationMethod and emailAuthenticationMethod, v1.0), as far as it is read. Neither list takes a `$select`. */
const phonesShape = z.object({ value: z.array(z.object({ phoneNumber: z.string() })) });
const mailsShape = z.object({ value: z.array(z.object({ emailAddress: z.string() })) });

/**
 * The numbers and addresses that Entra holds for a user: of the profile, and those registered to sign in with, where our application was granted to
 * read these. A role or a policy may have Graph mask them: such a one is no number to anybody.
 * @returns null when there is no such user
 */
export async function entraPlaces(graph: Graph, user: User): Promise<readonly PlaceOnFile[] | null> {
  // A guest's are another tenant's to keep.
  if (isExternal(user)) return [];
  const at = `/users/${user.id}`;
  const [profile, phones, mails] = await Promise.all([
    graph.read(at, { $select: 'mobilePhone,businessPhones,otherMails' }, 'User.Read.All', profileShape),
    graph.hint(`${at}/authentication/phoneMethods`, {}, 'UserAuthMethod-Phone.Read.All', phonesShape),
    graph.hint(`${at}/authentication/emailMethods`, {}, 'UserAuthMethod-Email.Read.All', mailsShape),
  ]);
  if (profile === null) return null;
  const phone = (source: PlaceOnFile['source']) => (to: string) => ({ kind: 'phone' as const, to, source });
  const mail = (source: PlaceOnFile['source']) => (to: string) => ({ kind: 'mail' as const, to, source });
  return [
    ...(phones?.value ?? []).map(({ phoneNumber }) => phoneNumber).map(phone('sign-in')),
    ...(mails?.value ?? []).map(({ emailAddress }) => emailAddress).map(mail('sign-in')),
    ...[profile.mobilePhone ?? [], profile.businessPhones ?? []].flat().map(phone('profile')),
    ...(profile.otherMails ?? []).map(mail('profile')),
  ];
}
