/** Where the adapter says what it did and nobody asked. */

/** The two levels of a pino logger that are used here. */
export type GitLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};
