/**
 * Names of mailboxes that several people read, or nobody: a code there proves nobody in particular. Those of RFC 2142, and those that
 * companies commonly give to a function, in both languages.
 */
const names: ReadonlySet<string> = new Set(
  [
    // RFC 2142: mailbox names for common services, roles and functions.
    'info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster',
    'www uucp ftp list trouble majordomo listserv',
    // Machines, and their keepers.
    'mailer-daemon root admin administrator administration sysadmin it itsupport helpdesk servicedesk',
    // Functions.
    'office kontor kontoret reception receptionen vaxel vaxeln switchboard contact contacts kontakt',
    'service customerservice kundservice kundtjanst hr payroll lon jobs jobb career careers',
    'rekrytering recruitment billing invoice invoices faktura fakturor ekonomi economy finance accounting',
    'accounts order orders bestallning booking bookings bokning press media legal privacy gdpr dpo',
    'dataskydd compliance registrator styrelsen board',
    // Everybody at once.
    'all alla everyone staff team teamet group grupp employees medarbetare noreply nobody',
  ].flatMap((words) => words.split(' ')),
);

/** Those of them that stand before a place or a department: `support-se`, `info.stockholm`. */
const before: ReadonlySet<string> = new Set([
  'info',
  'support',
  'helpdesk',
  'servicedesk',
  'kundservice',
  'kontakt',
  'contact',
  'office',
  'sales',
]);

/** Senders that read nothing, however they are written: `no-reply`, `do_not_reply`, `svara-inte`. */
const unread = /^(no|donot|dont)reply|^(svaraej|svarainte|ejsvar)/u;

/**
 * Whether the part of an address before the @ names a mailbox that is shared, or read by nobody. What stands after a `+` is the owner's own
 * note, and dots, hyphens and underscores set the same words apart in other ways.
 */
export function isGroupMailbox(local: string): boolean {
  const [base = ''] = local.toLowerCase().split('+');
  const joined = base.replaceAll(/[._-]/gu, '');
  const [first = ''] = base.split(/[._-]/u);
  return names.has(base) || names.has(joined) || unread.test(joined) || before.has(first) || base.endsWith('-request');
}
