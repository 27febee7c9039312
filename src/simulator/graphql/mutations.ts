/** The fields of `Mutation`. */
import { boardMutations } from "./board-mutations.ts";
import { commentMutations } from "./comment-mutations.ts";
import { issueMutations } from "./issue-mutations.ts";
import { mutationFields } from "./input.ts";
import { pullMutations } from "./pull-mutations.ts";
import { queueMutations } from "./queue-mutations.ts";
import { refMutations } from "./ref-mutations.ts";
import { relationMutations } from "./relation-mutations.ts";

/** Every mutation; graphql-js makes those of one request one after the other. */
export const mutations = mutationFields({
  ...boardMutations,
  ...commentMutations,
  ...issueMutations,
  ...pullMutations,
  ...queueMutations,
  ...refMutations,
  ...relationMutations,
});
