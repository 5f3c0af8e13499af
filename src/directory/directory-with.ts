import type { Directory } from './port.ts';

/** A directory with some of its answers changed, and every other as it is. */
export const directoryWith = (directory: Directory, changes: Partial<Directory>): Directory => ({
  find: (id) => directory.find(id),
  findByUserId: (userId) => directory.findByUserId(userId),
  ...(directory.placesOnFile && { placesOnFile: directory.placesOnFile.bind(directory) }),
  ...(directory.signIn && { signIn: directory.signIn }),
  provePassword: (id, password) => directory.provePassword(id, password),
  passwordRules: (id) => directory.passwordRules(id),
  setPassword: (id, password, present) => directory.setPassword(id, password, present),
  unlock: (id) => directory.unlock(id),
  ...(directory.temporaryPass && { temporaryPass: directory.temporaryPass.bind(directory) }),
  endSessions: (id) => directory.endSessions(id),
  ...changes,
});
