/** What ends a verb with a sentence for the operator. */

/** A verb that cannot do what it was asked; the message is for a person and has no stack. */
export class CliFault extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CliFault";
    this.exitCode = exitCode;
  }
}

/** The verb was not used as it can be. */
export const usageExit = 2;
