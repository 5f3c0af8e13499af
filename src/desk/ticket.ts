import { z } from 'zod';
import { hasLink } from './relay.ts';

/** A case's number in a system of the organisation's, as the case keeps it and the card shows it; never a link. */
export const ticketSchema = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} #/.:_-]{0,63}$/u)
  .refine((ticket) => !hasLink(ticket));
