import { Signal } from "../linux/signals";
import { Line } from "../support/line";
import { putPhrase } from "../support/phrases";

/** From SIGHUP, 1, to SIGSYS, 31. */
const descriptions: usize = phrases(
  "Hangup,Interrupt,Quit,Illegal instruction,Trace/breakpoint trap,Aborted,Bus error,Floating point exception,Killed,User defined signal 1,Segmentation fault,User defined signal 2,Broken pipe,Alarm clock,Terminated,Stack fault,Child exited,Continued,Stopped (signal),Stopped,Stopped (tty input),Stopped (tty output),Urgent I/O condition,CPU time limit exceeded,File size limit exceeded,Virtual timer expired,Profiling timer expired,Window changed,I/O possible,Power failure,Bad system call",
);

/** Puts a signal's description into a line, in the words of strsignal(3). */
export function describeSignal(line: Line, signal: i32): Line {
  if (putPhrase(line, descriptions, signal - 1)) return line;
  return signal < Signal.RTMIN
    ? line.text("Unknown signal ").number(signal)
    : line.text("Real-time signal ").number(signal - Signal.RTMIN);
}
