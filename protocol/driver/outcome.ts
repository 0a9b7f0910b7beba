// What a reader is told with beep and light; its profile says which bytes that takes.

/**
 * accepted: the check-in is on the disk · repeated: the same code again within the window · rejected: it is no document
 * wait: nothing can be kept now, the scan is refused · result: the hospital's answer arrived
 * attention: somebody should look at the screen · identify: which reader is this?
 */
export const outcomes = ["accepted", "repeated", "rejected", "wait", "result", "attention", "identify"] as const;
export type Outcome = (typeof outcomes)[number];
