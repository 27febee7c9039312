/** The fields of `Mutation`. */
import { boardMutations } from "./board-mutations.ts";
import { issueMutations } from "./issue-mutations.ts";
import { mutationFields } from "./input.ts";
import { pullMutations } from "./pull-mutations.ts";
import { refMutations } from "./ref-mutations.ts";

/** Every mutation; graphql-js makes those of one request one after the other. */
export const mutations = mutationFields({
  ...boardMutations,
  ...issueMutations,
  ...pullMutations,
  ...refMutations,
});
