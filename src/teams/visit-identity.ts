import { ClaimsIdentity, type AuthenticateRequestResult, type ConnectorFactory } from 'botframework-connector';

/** The channel of the front door. What comes under its name by any other way is refused. */
export const frontDoorChannel = 'front-door';

/** Where it "answers": nowhere over a network. */
export const frontDoorService = 'urn:latchkey:front-door';

/**
 * The identity that a visitor's activity enters with by the adapter's direct door: made here for one turn, of the front door's channel and no other. It says
 * who speaks no more than the activity does, which is nobody (I20).
 */
export const visitIdentity = (connectorFactory: ConnectorFactory): AuthenticateRequestResult => ({
  audience: frontDoorChannel,
  claimsIdentity: new ClaimsIdentity([{ type: 'aud', value: frontDoorChannel }], frontDoorChannel),
  callerId: frontDoorService,
  connectorFactory,
});
