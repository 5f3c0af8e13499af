import type { Handlers } from '../conversation/port.ts';
import { askAtDoor } from './ask-at-door.ts';
import { checkAnswer } from './check-answer.ts';
import { draftMethod } from './draft-method.ts';
import type { ElsewherePorts } from './answer-elsewhere.ts';
import { readFirstProof } from './first-proof-places.ts';
import { nameMethod } from './name-method.ts';
import { noteAsked } from './note-asked.ts';
import { preferMethod } from './prefer-method.ts';
import { readPlaces } from './read-places.ts';
import { readMethods } from './read-methods.ts';
import { reportChallenge } from './report-challenge.ts';
import { removeMethod } from './remove-method.ts';
import { sendChallenge } from './send-challenge.ts';
import { storeMethod } from './store-method.ts';

export type MethodEffect =
  | 'readMethods'
  | 'readPlaces'
  | 'readFirstProof'
  | 'draftMethod'
  | 'checkAnswer'
  | 'sendChallenge'
  | 'storeMethod'
  | 'removeMethod'
  | 'preferMethod'
  | 'nameMethod'
  | 'reportChallenge'
  | 'noteAsked'
  | 'askAtDoor';

/** The handlers of every effect this room carries out. */
export const methodHandlers = (ports: ElsewherePorts): Pick<Handlers, MethodEffect> => ({
  readMethods: readMethods(ports),
  readPlaces: readPlaces(ports),
  readFirstProof: readFirstProof(ports),
  draftMethod: draftMethod(ports),
  checkAnswer: checkAnswer(ports),
  sendChallenge: sendChallenge(ports),
  storeMethod: storeMethod(ports),
  removeMethod: removeMethod(ports),
  nameMethod: nameMethod(ports),
  preferMethod: preferMethod(ports),
  noteAsked: noteAsked(ports),
  reportChallenge: reportChallenge(ports),
  askAtDoor: askAtDoor(ports),
});
