/** Refuses to run on a Node that cannot run the product: `npx jest` would use the machine's own. */
export default function globalSetup(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 13)) {
    throw new Error(
      `Node ${process.versions.node} is too old (22.13 or later is needed). Run the tests with "npm test" or "npm run jest": they bring their own Node.`,
    );
  }
}
