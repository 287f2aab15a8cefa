/// The processes that descend from one, as far as they were ever seen to.
///
/// A process that calls `setsid` leaves the session, and one whose parent ends leaves its place in the tree; so membership, once
/// seen, stays. What escapes between two looks is still found by a variable in its environment (``ProcessCensus``).
package struct ProcessTree: Sendable {
    package let root: Int32
    private var members: Set<Member> = []

    private struct Member: Hashable {
        let pid: Int32
        let startTime: UInt64

        init(_ entry: ProcessEntry) { (pid, startTime) = (entry.pid, entry.startTime) }
    }

    package init(root: Int32) { self.root = root }

    /// Takes in the root, its session, and descendants of members; forgets members that are gone.
    package mutating func grow(from table: ProcessTable) {
        let entries = table.entries
        members = members.intersection(entries.lazy.map(Member.init))
        for entry in entries where entry.pid == root || entry.session == root { members.insert(Member(entry)) }
        var numbers = Set(members.map(\.pid))
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for entry in entries where numbers.contains(entry.parent) || numbers.contains(entry.session) {
                if members.insert(Member(entry)).inserted {
                    numbers.insert(entry.pid)
                    hasGrown = true
                }
            }
        }
    }

    package mutating func add(_ entry: ProcessEntry) { members.insert(Member(entry)) }

    package func contains(_ entry: ProcessEntry) -> Bool { members.contains(Member(entry)) }
}
