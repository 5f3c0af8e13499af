import { createPrivateKey, type KeyObject } from 'node:crypto';

/** The model that the certificate below is of. */
export const certifiedModel = '7e5ab1e0-0000-4000-8000-00000000c0de';

/**
 * A certificate such as makers give a model (WebAuthn Level 3, 8.2.1), and its key: made once for these tests, and trusted by nobody. DER in
 * base64.
 */
export const certificate: { readonly der: Buffer; readonly key: KeyObject } = {
  der: Buffer.from(
    'MIIB/TCCAaOgAwIBAgIBATAKBggqhkjOPQQDAjBdMQswCQYDVQQGEwJTRTEXMBUGA1UECgwOTGF0Y2hrZXkgdGVzdHMxIjAgBgNVBAsMGUF1dG' +
      'hlbnRpY2F0b3IgQXR0ZXN0YXRpb24xETAPBgNVBAMMCFNvZnQga2V5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjBdMQswCQYD' +
      'VQQGEwJTRTEXMBUGA1UECgwOTGF0Y2hrZXkgdGVzdHMxIjAgBgNVBAsMGUF1dGhlbnRpY2F0b3IgQXR0ZXN0YXRpb24xETAPBgNVBAMMCFNvZn' +
      'Qga2V5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwx6r9TgM79K5/ONHCakEQPFipyPbNVuZR37DlDgaBo1TeFzFmYvo7sBbGjhojwoNSxey' +
      '8ACy+Ade9Q1rtevC3aNSMFAwDAYDVR0TAQH/BAIwADAhBgsrBgEEAYLlHAEBBAQSBBB+WrHgAABAAIAAAAAAAMDeMB0GA1UdDgQWBBQk+MGEqz' +
      'lqzkrDBR6YS5mEwvNe/DAKBggqhkjOPQQDAgNIADBFAiEAtnfT84SxKlgB5/vWdLgbJtKZ1F4zTq4QQizrbnIUJDMCIH+a4Jzk9+hGCa2KDd4e' +
      'kh5d34Aydko/cTNwhu6UxSmR',
    'base64',
  ),
  key: createPrivateKey({
    key: Buffer.from(
      'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1mVmEte7cN2lJcJ4VnEB/NuXVRUZjbI/8ogBW4AWTs6hRANCAATDHqv1OAzv0r' +
        'n840cJqQRA8WKnI9s1W5lHfsOUOBoGjVN4XMWZi+juwFsaOGiPCg1LF7LwALL4B171DWu168Ld',
      'base64',
    ),
    format: 'der',
    type: 'pkcs8',
  }),
};
