/** What people call models of security keys, by the AAGUID their makers publish (Yubico's list of FIDO2 AAGUIDs). */
const models: Readonly<Record<string, string>> = {
  'cb69481e-8ff7-4039-93ec-0a2729a154a8': 'YubiKey 5',
  'ee882879-721c-4913-9775-3dfcce97072a': 'YubiKey 5',
  'fa2b99dc-9e39-4257-8f92-4a30d23c4118': 'YubiKey 5 NFC',
  '2fc0579f-8113-47ea-b116-bb5a8db9202a': 'YubiKey 5 NFC',
  'c1f9a0bc-1dd2-404a-b27f-8e29047a43fd': 'YubiKey 5 NFC FIPS',
  'c5ef55ff-ad9a-4b9f-b580-adebafe026d0': 'YubiKey 5Ci',
};

/**
 * What a new key is called until its owner gives it a name: its model where that was attested and is known, else `otherwise`; with a number
 * where the account has one called so already.
 * @param taken what the account's keys are called
 */
export function labelOfKey(model: string | null, otherwise: string, taken: readonly string[]): string {
  const known = model === null ? undefined : models[model];
  if (known !== undefined && !taken.includes(known)) return known;
  const stem = known ?? otherwise;
  for (let n = known === undefined ? 1 : 2; ; n += 1) {
    if (!taken.includes(`${stem} ${n}`)) return `${stem} ${n}`;
  }
}
