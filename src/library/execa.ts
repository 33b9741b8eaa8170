/**
 * What execa has besides `execa` itself, of the execa that `run` and `command` use: errors, and the messages of a started
 * program. An import of `rein` alone does not load it.
 *
 * @module
 */

export type { Message, Result, ResultPromise, SyncResult, TemplateExpression } from "execa";
export { ExecaError, ExecaSyncError, getCancelSignal, getEachMessage, getOneMessage, sendMessage } from "execa";
