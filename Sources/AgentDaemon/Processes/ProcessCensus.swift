import CPty
import Dispatch
import Foundation

/// Knows which processes belong to which terminal, and ends them all when the terminal ends.
package actor ProcessCensus {
    private struct Watched {
        var tree: ProcessTree
        var tag: String?
    }

    private var watched: [Int32: Watched] = [:]
    /// Zombies of ours that nobody waits for, and how often in a row they were seen.
    private var unclaimed: [Int32: Int] = [:]
    private let adoptsOrphans: Bool
    private var strangers: Int32 = -1
    private static let queue = DispatchQueue(label: "orchestratia.census")

    /// - Parameter adoptsOrphans: whether this process has called `cpty_adopt_orphans` and so must reap what it did not start.
    package init(adoptsOrphans: Bool = false) { self.adoptsOrphans = adoptsOrphans }

    /// Looks at the processes every `interval`, until cancelled.
    package func run(every interval: Duration = .seconds(2)) async {
        while !Task.isCancelled {
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: interval)
            if !watched.isEmpty || adoptsOrphans { await look() }
        }
    }

    /// - Parameter tag: `NAME=value` in the environment of everything that belongs to it.
    func watch(_ root: Int32, tag: String?) { watched[root] = Watched(tree: ProcessTree(root: root), tag: tag) }

    func forget(_ root: Int32) { watched[root] = nil }

    func signal(_ root: Int32, _ number: Int32) async {
        for entry in await living(of: root, isLast: false) { send(number, to: entry) }
    }

    /// How many processes live in the tree of `root`.
    package func count(_ root: Int32) async -> Int { await living(of: root, isLast: true).count }

    /// Hangs up everything that belongs to `root`, waits up to `grace`, kills what is left, reaps what is ours but for the root,
    /// and forgets the tree.
    func end(_ root: Int32, grace: Duration) async {
        let clock = ContinuousClock()
        let deadline = clock.now + grace
        var left = await living(of: root, isLast: true)
        for entry in left {
            send(SIGHUP, to: entry)
            send(SIGCONT, to: entry)
        }
        while !left.isEmpty && clock.now < deadline {
            await pause(.milliseconds(20))
            left = await living(of: root, isLast: true)
        }
        // New ones may have been forked since the look; a few rounds catch what is not a fork bomb.
        for _ in 0..<100 where !left.isEmpty {
            for entry in left { send(SIGKILL, to: entry) }
            await pause(.milliseconds(10))
            left = await living(of: root, isLast: true)
        }
        forget(root)
    }

    /// Ends everything that carries `tag` in its environment: what was left behind by a terminal that nobody watches any more.
    func endAll(carrying tag: String, grace: Duration) async {
        // A root that no process can be.
        strangers -= 1
        let root = strangers
        watch(root, tag: tag)
        await end(root, grace: grace)
    }

    private func pause(_ time: Duration) async {
        // Goes on when the caller's task is cancelled: the tree has to end all the same.
        await Task.detached { try? await Task.sleep(for: time) }.value
    }

    private func look() async {
        let table = await Self.table()
        for root in watched.keys { watched[root]?.tree.grow(from: table) }
        if adoptsOrphans { reapUnclaimed(table) }
    }

    /// What lives of the tree, looking into environments only when it `isLast`; reaps the tree's zombies that are ours.
    private func living(of root: Int32, isLast: Bool) async -> [ProcessEntry] {
        let table = await Self.table()
        guard var entry = watched[root] else { return [] }
        entry.tree.grow(from: table)
        if isLast, let tag = entry.tag {
            let strangers = table.entries.filter { !$0.isZombie && !entry.tree.contains($0) && $0.pid != getpid() }
            for stranger in await Self.carrying(tag, among: strangers) { entry.tree.add(stranger) }
            entry.tree.grow(from: table)
        }
        watched[root] = entry
        let members = table.entries.filter { entry.tree.contains($0) }
        for zombie in members where zombie.isZombie && zombie.parent == getpid() && zombie.pid != root { _ = cpty_reap(zombie.pid) }
        return members.filter { !$0.isZombie }
    }

    /// Our own commands are reaped at once by whoever started them; what stays a zombie for three looks was adopted.
    private func reapUnclaimed(_ table: ProcessTable) {
        var seen: [Int32: Int] = [:]
        for entry in table.entries where entry.isZombie && entry.parent == getpid() && watched[entry.pid] == nil {
            let times = (unclaimed[entry.pid] ?? 0) + 1
            if times >= 3 { _ = cpty_reap(entry.pid) } else { seen[entry.pid] = times }
        }
        unclaimed = seen
    }

    /// Signals through a pidfd, so that a number which was given away meanwhile cannot be hit.
    private func send(_ number: Int32, to entry: ProcessEntry) {
        var descriptor: Int32 = -1
        guard cpty_pidfd_open(entry.pid, &descriptor) == 0 else { return }
        defer { close(descriptor) }
        guard ProcessTable.entry(of: entry.pid)?.startTime == entry.startTime else { return }
        _ = cpty_pidfd_signal(descriptor, number)
    }

    private static func table() async -> ProcessTable {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: ProcessTable.read()) } }
    }

    private static func carrying(_ tag: String, among entries: [ProcessEntry]) async -> [ProcessEntry] {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: entries.filter { ProcessTable.environment(of: $0.pid, holds: tag) }) }
        }
    }
}
