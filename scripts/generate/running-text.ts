/** The running text of the table: literal words stand in backquotes, everything else is plain. */

/** A piece of it. */
export interface Piece {
  readonly text: string;
  readonly isLiteral: boolean;
}

export function pieces(text: string): Piece[] {
  const parts = text.split("`").map((part, index) => ({ text: part, isLiteral: index % 2 === 1 }));
  if (parts.length % 2 === 0) throw new Error(`a backquote has no other: ${text}`);
  return parts.filter((part) => part.text !== "");
}
