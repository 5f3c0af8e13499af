import type { Language } from '../config/policy.ts';

/** What a mail says, before its two forms. All of it is plain text: neither form takes mark-up from it. */
export interface MailContent {
  readonly language: Language;
  readonly subject: string;
  /** What the mail carries: it comes first, before the subject is said again. */
  readonly code?: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** What must not be overlooked; set off from the rest. */
  readonly warning: string;
  /** Where the reader can do something about it. */
  readonly link?: { readonly label: string; readonly url: string };
  readonly footer: string;
}

/** The mail in both its forms. */
export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes the plain text and the HTML of a mail; both say the same, in the same order. */
export const writeMail = (content: MailContent): WrittenMail => ({
  subject: oneLine(content.subject),
  text: asText(content),
  html: asHtml(content),
});

/** Text that may stand anywhere in HTML, attributes included. */
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function asText({ code, paragraphs, facts, warning, link, footer }: MailContent): string {
  const table = facts.map(({ label, value }) => `${label}: ${oneLine(value)}`).join('\n');
  const way = link === undefined ? [] : [`${link.label}:\n${link.url}`];
  const parts = [...(code === undefined ? [] : [code]), ...paragraphs, ...(table === '' ? [] : [table]), warning, ...way];
  return `${parts.join('\n\n')}\n\n-- \n${footer}\n`;
}

// Mail clients read inline styles only; colours are those of a light page, and clients that darken mail do so by themselves.
const style = {
  page: 'margin:0;padding:24px 12px;background:#f3f4f6;font-family:Segoe UI,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1f2328',
  sheet: 'width:100%;max-width:560px;margin:0 auto;background:#ffffff;border:1px solid #d8dbe0;border-radius:8px',
  inside: 'padding:24px',
  title: 'margin:0 0 16px;font-size:20px;line-height:1.3',
  code: 'margin:0 0 16px;font-family:Consolas,Menlo,monospace;font-size:32px;line-height:1.2;font-weight:bold;letter-spacing:4px',
  paragraph: 'margin:0 0 16px',
  facts: 'margin:0 0 16px;border-collapse:collapse',
  label: 'padding:2px 16px 2px 0;text-align:left;vertical-align:top;font-weight:normal;color:#59616b',
  value: 'padding:2px 0;vertical-align:top',
  warning: 'margin:0;padding:12px 16px;background:#fff6e0;border-left:4px solid #b07900',
  link: 'margin:16px 0 0',
  button: 'display:inline-block;padding:10px 16px;background:#b3261e;color:#ffffff;border-radius:6px;text-decoration:none',
  footer: 'margin:16px auto 0;max-width:560px;font-size:13px;color:#59616b',
} as const;

const linkLine = (link: MailContent['link']): string =>
  link === undefined
    ? ''
    : `\n<p style="${style.link}"><a href="${escapeHtml(link.url)}" style="${style.button}">${escapeHtml(link.label)}</a></p>`;

function asHtml({ language, subject, code, paragraphs, facts, warning, link, footer }: MailContent): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th scope="row" style="${style.label}">${escapeHtml(label)}</th><td style="${style.value}">${escapeHtml(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="${style.page}">
<table role="presentation" style="${style.sheet}"><tr><td style="${style.inside}">
${code === undefined ? `<h1 style="${style.title}">${escapeHtml(subject)}</h1>` : `<h1 style="${style.code}">${escapeHtml(code)}</h1>`}
${paragraphs.map((paragraph) => `<p style="${style.paragraph}">${escapeHtml(paragraph)}</p>`).join('\n')}
${rows.length === 0 ? '' : `<table style="${style.facts}">${rows.join('')}</table>`}
<p style="${style.warning}">${escapeHtml(warning)}</p>${linkLine(link)}
</td></tr></table>
<p style="${style.footer}">${escapeHtml(footer)}</p>
</body>
</html>
`;
}
