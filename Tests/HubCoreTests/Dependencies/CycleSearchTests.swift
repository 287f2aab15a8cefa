import HubCore
import Testing

@Suite struct CycleSearchTests {
    private func id(_ name: some CustomStringConvertible) -> AgentTask.ID { AgentTask.ID(stored: "\(name)") }

    private func path(_ start: String, on upstream: String, _ edges: [String: [String]]) -> [String]? {
        CycleSearch.path(closing: id(start), dependingOn: id(upstream)) { (edges[$0.text] ?? []).map(id) }?.map(\.text)
    }

    @Test("finds that a task cannot depend on itself")
    func itself() {
        #expect(path("a", on: "a", [:]) == ["a", "a"])
    }

    @Test("finds the way back of two tasks and of three")
    func short() {
        #expect(path("a", on: "b", ["b": ["a"]]) == ["a", "b", "a"])
        #expect(path("a", on: "b", ["b": ["c"], "c": ["a"]]) == ["a", "b", "c", "a"])
        #expect(path("a", on: "b", ["b": ["x", "c", "y"], "x": [], "c": ["z", "a"]]) == ["a", "b", "c", "a"])
    }

    @Test("sees no cycle in a diamond or in what is not reached")
    func diamond() {
        #expect(path("a", on: "b", ["b": ["c", "d"], "c": ["e"], "d": ["e"]]) == nil)
        #expect(path("a", on: "b", ["a": ["b"], "c": ["a"]]) == nil)
    }

    @Test("asks once per task, and needs no stack for a long chain")
    func longChain() {
        let length = 10_000
        var asked = 0
        let path = CycleSearch.path(closing: id(0), dependingOn: id(1)) { task in
            asked += 1
            let number = Int(task.text) ?? 0
            return [id((number + 1) % length), id((number + 1) % length)]
        }
        #expect(path?.map(\.text) == (0..<length).map(String.init) + ["0"])
        #expect(asked == length - 1)
    }

    @Test("passes on what the storage throws")
    func throwing() {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            _ = try CycleSearch.path(closing: id("a"), dependingOn: id("b")) { _ throws(Broken) -> [AgentTask.ID] in throw Broken() }
        }
    }

    @Test("agrees with reachability on random graphs", arguments: 1...50)
    func property(seed: Int) {
        var random = Seeded(seed: UInt64(seed))
        let count = Int.random(in: 2...12, using: &random)
        var edges = Array(repeating: Set<Int>(), count: count)
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            edges[Int.random(in: 0..<count, using: &random)].insert(Int.random(in: 0..<count, using: &random))
        }
        // Warshall's closure.
        var reaches = edges
        for middle in 0..<count {
            for from in 0..<count where reaches[from].contains(middle) { reaches[from].formUnion(reaches[middle]) }
        }
        for start in 0..<count {
            for upstream in 0..<count {
                let found = CycleSearch.path(closing: id(start), dependingOn: id(upstream)) { task in
                    (Int(task.text).map { edges[$0].sorted() } ?? []).map { id($0) }
                }
                #expect((found != nil) == (start == upstream || reaches[upstream].contains(start)))
                guard let steps = found?.compactMap({ Int($0.text) }) else { continue }
                #expect((steps.first, steps.last) == (start, start))
                #expect(steps[1] == upstream)
                for (from, to) in zip(steps.dropFirst(), steps.dropFirst(2)) { #expect(edges[from].contains(to)) }
                #expect(Set(steps).count == steps.count - 1, "no task comes twice but the first")
            }
        }
    }
}
