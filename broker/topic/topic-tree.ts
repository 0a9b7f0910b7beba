// Who subscribed to what, as a tree of topic levels, so that one topic finds its subscribers without looking at all filters.

interface Branch<S> {
  readonly levels: Map<string, Branch<S>>;
  readonly subscribers: Map<S, number>;
}

/** Topics whose subscribers are remembered: desks publish on the same few hundred topics all day. */
const rememberedTopicsMax = 4_096;

/** One entry for each subscriber and filter, with the granted QoS. */
export class TopicTree<S> {
  readonly #root: Branch<S> = newBranch();
  readonly #remembered = new Map<string, ReadonlyMap<S, number>>();

  /** Adds a valid filter, or replaces its QoS. */
  add(filter: string, subscriber: S, qos: number): void {
    let branch = this.#root;
    for (const level of filter.split("/")) {
      let next = branch.levels.get(level);
      if (next === undefined) {
        next = newBranch();
        branch.levels.set(level, next);
      }
      branch = next;
    }
    branch.subscribers.set(subscriber, qos);
    this.#remembered.clear();
  }

  /** Removes a filter; one that was never added changes nothing. */
  remove(filter: string, subscriber: S): void {
    const levels = filter.split("/");
    const path: Branch<S>[] = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)?.levels.get(level);
      if (next === undefined) return;
      path.push(next);
    }
    path.at(-1)?.subscribers.delete(subscriber);
    for (let depth = levels.length; depth > 0; depth -= 1) {
      const branch = path[depth];
      if (branch === undefined || branch.subscribers.size > 0 || branch.levels.size > 0) break;
      path[depth - 1]?.levels.delete(levels[depth - 1] ?? "");
    }
    this.#remembered.clear();
  }

  /** Each subscriber once, with the highest QoS among its filters that match (MQTT 3.1.1 clause 3.3.5). */
  match(topic: string): ReadonlyMap<S, number> {
    const remembered = this.#remembered.get(topic);
    if (remembered !== undefined) return remembered;
    const found = new Map<S, number>();
    collect(this.#root, topic.split("/"), 0, found);
    if (this.#remembered.size >= rememberedTopicsMax) this.#remembered.clear();
    this.#remembered.set(topic, found);
    return found;
  }
}

function newBranch<S>(): Branch<S> {
  return { levels: new Map(), subscribers: new Map() };
}

function collect<S>(branch: Branch<S>, topic: readonly string[], depth: number, found: Map<S, number>): void {
  const wildcardsApply = depth > 0 || !topic[0]?.startsWith("$"); // clause 4.7.2
  if (wildcardsApply) take(branch.levels.get("#"), found); // also at the end: `a/#` matches `a`
  const level = topic[depth];
  if (level === undefined) {
    take(branch, found);
    return;
  }
  const any = wildcardsApply ? branch.levels.get("+") : undefined;
  if (any !== undefined) collect(any, topic, depth + 1, found);
  const same = branch.levels.get(level);
  if (same !== undefined) collect(same, topic, depth + 1, found);
}

function take<S>(branch: Branch<S> | undefined, found: Map<S, number>): void {
  for (const [subscriber, qos] of branch?.subscribers ?? []) {
    found.set(subscriber, Math.max(qos, found.get(subscriber) ?? 0));
  }
}
