/** The part of a pino logger that the store writes to. */

/** Fields first, then a static lower-case message. */
export type StoreLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Says nothing. */
export const silent: StoreLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
