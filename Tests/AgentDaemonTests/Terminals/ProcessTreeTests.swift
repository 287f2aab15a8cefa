import Testing

@testable import AgentDaemon

@Suite("The processes of a tree")
struct ProcessTreeTests {
    @Test("are read from /proc/PID/stat, whatever a command calls itself")
    func stat() {
        let line = "77 (a) b (c) S 1 2 3 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 1 2"
        let entry = ProcessEntry(stat: line)
        #expect(entry == ProcessEntry(pid: 77, parent: 1, session: 3, startTime: 4242))
        #expect(ProcessEntry(stat: "77 (x") == nil)
        #expect(ProcessEntry(stat: "") == nil)
    }

    @Test("stay members when they leave the session and lose their parent")
    func sticky() {
        var tree = ProcessTree(root: 10)
        let root = ProcessEntry(pid: 10, parent: 1, session: 10, startTime: 1)
        let child = ProcessEntry(pid: 11, parent: 10, session: 11, startTime: 2)
        let grandchild = ProcessEntry(pid: 12, parent: 11, session: 11, startTime: 3)
        tree.grow(from: ProcessTable([root, grandchild, child]))
        let orphan = ProcessEntry(pid: 12, parent: 1, session: 11, startTime: 3)
        tree.grow(from: ProcessTable([root, orphan]))
        #expect(tree.contains(orphan))
        // The number was given away: not the same process.
        let other = ProcessEntry(pid: 12, parent: 1, session: 12, startTime: 9)
        tree.grow(from: ProcessTable([root, other]))
        #expect(!tree.contains(other))
    }
}
