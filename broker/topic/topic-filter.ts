// Topic names and topic filters as MQTT 3.1.1 clause 4.7 has them: what is valid, what matches, what lies within what.

/** A topic name as the protocol's parser decodes it: no wildcard, no control character, no character that stands for broken UTF-8. */
export function isTopicName(topic: string, bytesMax: number, levelsMax: number): boolean {
  return isBounded(topic, bytesMax, levelsMax) && !/[+#]/.test(topic);
}

/** A topic filter: `+` fills a level, `#` fills the last one (clause 4.7.1). */
export function isTopicFilter(filter: string, bytesMax: number, levelsMax: number): boolean {
  if (!isBounded(filter, bytesMax, levelsMax)) return false;
  const levels = filter.split("/");
  return levels.every(
    (level, index) => !/[+#]/.test(level) || level === "+" || (level === "#" && index === levels.length - 1),
  );
}

function isBounded(text: string, bytesMax: number, levelsMax: number): boolean {
  if (text === "" || text.length > bytesMax || Buffer.byteLength(text) > bytesMax) return false;
  // Control characters and U+FFFD, which the decoder puts where the bytes were not UTF-8 (clause 1.5.3).
  return !/[\p{Cc}\uFFFD\uFFFE\uFFFF]/u.test(text) && text.split("/").length <= levelsMax;
}

/** Does the filter match the topic name? A wildcard at the front leaves topics alone that begin with `$` (clause 4.7.2). */
export function filterMatches(filter: string, topic: string): boolean {
  return levelsMatch(filter.split("/"), topic.split("/"));
}

/** The same for a filter and a topic that were split at `/` before. */
export function levelsMatch(filter: readonly string[], topic: readonly string[]): boolean {
  if (isWildcard(filter[0]) && topic[0]?.startsWith("$")) return false;
  for (const [index, level] of filter.entries()) {
    if (level === "#") return true; // `a/#` matches `a` too (clause 4.7.1.2)
    if (index >= topic.length || (level !== "+" && level !== topic[index])) return false;
  }
  return filter.length === topic.length;
}

/** Is every topic that `filter` can match matched by `outer` too? Both are split at `/`. */
export function liesWithin(filter: readonly string[], outer: readonly string[]): boolean {
  if (isWildcard(outer[0]) && filter[0]?.startsWith("$")) return false;
  for (const [index, level] of outer.entries()) {
    if (level === "#") return true;
    const inner = filter[index];
    if (inner === undefined || inner === "#") return false;
    if (level !== "+" && level !== inner) return false;
  }
  return filter.length === outer.length;
}

const isWildcard = (level: string | undefined): boolean => level === "+" || level === "#";

/** What stands before the first wildcard: every topic that the filter matches begins with it, or is it without its last `/`. */
export function literalPrefix(filter: string): string {
  const wildcard = filter.search(/[+#]/);
  return wildcard < 0 ? filter : filter.slice(0, wildcard);
}
