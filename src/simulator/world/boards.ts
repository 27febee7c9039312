/** Projects v2 boards, as plain state. */

/** One choice of a single select field. */
export interface FieldOption {
  /** Eight hexadecimal digits, as on GitHub. */
  id: string;
  name: string;
  color: "GRAY" | "BLUE" | "GREEN" | "YELLOW" | "ORANGE" | "RED" | "PINK" | "PURPLE";
  description: string;
}

/** A board of an organisation or of a person. */
export interface Project {
  id: number;
  nodeId: string;
  ownerId: number;
  number: number;
  title: string;
  shortDescription: string | null;
  public: boolean;
  creatorId: number;
  /** The options of the Status field that GitHub's default workflows set; null where one is switched off. */
  workflows: { closedTo: string | null; mergedTo: string | null };
  closedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A column of a board; the types up to LABELS are built in and show the content's own values. */
export interface ProjectField {
  id: number;
  nodeId: string;
  projectId: number;
  name: string;
  dataType: "TITLE" | "ASSIGNEES" | "LABELS" | "SINGLE_SELECT" | "TEXT" | "NUMBER" | "DATE";
  /** Empty unless the type is SINGLE_SELECT. */
  options: FieldOption[];
  createdAt: string;
  updatedAt: string;
}

/** The value of one field on one card. */
export interface FieldValue {
  id: number;
  nodeId: string;
  fieldId: number;
  /** An option id, a text, a number, or a date as YYYY-MM-DD, by the field's type. */
  value: string | number;
  creatorId: number;
  createdAt: string;
  updatedAt: string;
}

/** A card on a board. */
export interface ProjectItem {
  id: number;
  nodeId: string;
  projectId: number;
  /** The issue (or the pull request's issue) on the card; null for a draft. */
  issueId: number | null;
  draft: { nodeId: string; title: string; body: string } | null;
  /** Cards are shown in ascending position. */
  position: number;
  values: FieldValue[];
  creatorId: number;
  archivedAt: string | null;
  createdAt: string;
  updatedAt: string;
}
