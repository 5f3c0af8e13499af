const pem = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
const cert = pem(
  'CERTIFICATE',
  'MIIBmzCCAUGgAwIBAgIUfJWZUOFEk/lJTz+hWgnpcF6i1yowCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODAzMD' +
    'kyMloYDzIxMjYxMTA0MDMwOTIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARZfMReli4j8IRg0MTa' +
    'lBoi4GFFxZdslnb+n8girdqmIk2XSPl5r3sKsmBSXuwe0/ORgiNX08f/y79oFavMEMPlo28wbTAdBgNVHQ4EFgQUK6biIXmwmjIpElfaVDVWrq' +
    'NxH+YwHwYDVR0jBBgwFoAUK6biIXmwmjIpElfaVDVWrqNxH+YwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw' +
    'CgYIKoZIzj0EAwIDSAAwRQIhAIL6ZcnhA6LApO68atFfcCNcXGe7tEymA7eTlh4CbCYeAiAyQoIcnRMZfW6Facd6HFeUvJvmwmT2qUiReht/9w' +
    'DwNQ==',
);
const key = pem(
  'PRIVATE KEY',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtv8x7KmDKfDfUGySerFo7waWV3JwmuZBVxpkLkEbxZKhRANCAARZfMReli4j8I' +
    'Rg0MTalBoi4GFFxZdslnb+n8girdqmIk2XSPl5r3sKsmBSXuwe0/ORgiNX08f/y79oFavMEMPl',
);

/** A certificate for localhost that is signed by itself, and its key: made once for these tests, and trusted by nobody. */
export const ownCertificate = { key, cert } as const;
