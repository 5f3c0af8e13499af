/** What every sentence may use beside its own parameters. */
export const standing = {
  itName: 'IT-supporten',
  itPhone: '08-555 010 00',
  itHours: '8-17',
  itLink: 'https://it.example',
  organisation: 'Contoso',
  guideLink: 'https://it.example/guide',
  securityInfoLink: 'https://it.example/security-info',
  resetPortalLink: 'https://it.example/reset',
  personalLink: 'https://it.example/personal',
  publicUrl: 'https://latchkey.example',
} as const;
