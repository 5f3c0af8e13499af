import { z } from 'zod';

/** A case's number in a system of the organisation's, as the case keeps it and the card shows it. */
export const ticketSchema = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} #/.:_-]{0,63}$/u);
