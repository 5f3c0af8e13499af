/** What the library's own bundle, served as webauthn.js, leaves behind: of it, what the page uses. */
declare const SimpleWebAuthnBrowser: {
  browserSupportsWebAuthn(): boolean;
  startRegistration(asked: { readonly optionsJSON: unknown }): Promise<unknown>;
  startAuthentication(asked: { readonly optionsJSON: unknown }): Promise<unknown>;
  readonly WebAuthnAbortService: { cancelCeremony(): void };
};
