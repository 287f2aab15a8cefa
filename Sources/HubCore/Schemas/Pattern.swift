/// A regular expression of JSON Schema's `pattern` (ECMA-262 without look-around and back references), searched in time that grows with
/// the text times the pattern and never more: an agent's pattern cannot stall the hub.
struct Pattern: Hashable, Sendable {
    let source: String
    let program: [Instruction]

    indirect enum Node: Hashable, Sendable {
        case empty
        case set(ScalarSet)
        case assertion(Assertion)
        case sequence([Node])
        case alternatives([Node])
        case repeated(Node, minimum: Int, maximum: Int?)
    }

    enum Assertion: Hashable, Sendable {
        case start, end, wordBoundary, noWordBoundary
    }

    enum Instruction: Hashable, Sendable {
        case set(ScalarSet)
        case assertion(Assertion)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        let description: String
    }

    /// Counted repetitions are written out, so that a small pattern could become a very large program.
    static let maximumProgram = 10_000

    /// - Parameter budget: taken down by what compiling takes; the program has at most three instructions for each unit of it.
    /// - Throws: ``Fault`` naming what is not understood.
    init(_ source: String, budget: inout Int) throws(Fault) {
        guard source.utf8.count <= 4096 else { throw Fault(description: "a pattern has at most 4096 bytes") }
        var parser = PatternParser(source)
        let node = try parser.parse()
        var program: [Instruction] = []
        try Self.compile(node, into: &program, &budget)
        program.append(.match)
        (self.source, self.program) = (source, program)
    }

    private static func compile(_ node: Node, into program: inout [Instruction], _ budget: inout Int) throws(Fault) {
        budget -= 1
        guard budget >= 0 else { throw Fault(description: "it and the others that come with it repeat too much together") }
        guard program.count <= maximumProgram else { throw Fault(description: "the pattern repeats too much") }
        switch node {
        case .empty: break
        case .set(let set): program.append(.set(set))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .sequence(let nodes): for node in nodes { try compile(node, into: &program, &budget) }
        case .alternatives(let nodes):
            var ends: [Int] = []
            for (index, node) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    try compile(node, into: &program, &budget)
                    break
                }
                let split = program.count
                program.append(.split(split + 1, 0))
                try compile(node, into: &program, &budget)
                ends.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repeated(let node, let minimum, let maximum):
            for _ in 0..<minimum {
                let before = program.count
                try compile(node, into: &program, &budget)
                // What takes nothing is the same as often as one likes; and written out within itself it would have no end.
                if program.count == before { break }
            }
            guard let maximum else {
                let split = program.count
                program.append(.split(split + 1, 0))
                try compile(node, into: &program, &budget)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                splits.append(program.count)
                program.append(.split(program.count + 1, 0))
                try compile(node, into: &program, &budget)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
        guard program.count <= maximumProgram else { throw Fault(description: "the pattern repeats too much") }
    }

    /// Whether the pattern occurs anywhere in `text`.
    ///
    /// - Parameter steps: taken down by the work done.
    /// - Returns: `nil` if the steps ran out.
    func isFound(in text: String, steps: inout Int) -> Bool? {
        steps -= (text.utf8.count + program.count) / 64
        guard steps >= 0 else { return nil }
        let scalars = Array(text.unicodeScalars)
        var current = ThreadList(program.count)
        var next = ThreadList(program.count)
        for position in 0...scalars.count {
            // A match may begin at each position.
            if add(0, to: &current, at: position, in: scalars, &steps) { return true }
            if position == scalars.count { return false }
            next.clear()
            for thread in current.threads {
                steps -= 1
                if steps < 0 { return nil }
                guard case .set(let set) = program[thread] else { continue }
                steps -= set.parts.count
                guard set.contains(scalars[position]) else { continue }
                if add(thread + 1, to: &next, at: position + 1, in: scalars, &steps) { return true }
            }
            swap(&current, &next)
            if steps < 0 { return nil }
        }
        return false
    }

    /// Adds a thread and all that it reaches without reading.
    ///
    /// - Returns: whether the end of the pattern is among them.
    private func add(_ start: Int, to list: inout ThreadList, at position: Int, in scalars: [Unicode.Scalar], _ steps: inout Int) -> Bool {
        var waiting = [start]
        while let thread = waiting.popLast() {
            steps -= 1
            guard list.insert(thread) else { continue }
            switch program[thread] {
            case .match: return true
            case .set: list.threads.append(thread)
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [second, first]
            case .assertion(let assertion): if holds(assertion, at: position, in: scalars) { waiting.append(thread + 1) }
            }
        }
        return false
    }

    private func holds(_ assertion: Assertion, at position: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let isBoundary =
            (position > 0 && ScalarSet.word.contains(scalars[position - 1]))
            != (position < scalars.count && ScalarSet.word.contains(scalars[position]))
        return switch assertion {
        case .start: position == 0
        case .end: position == scalars.count
        case .wordBoundary: isBoundary
        case .noWordBoundary: !isBoundary
        }
    }

    /// Program places that are alive, each once.
    private struct ThreadList {
        var threads: [Int] = []
        private var marks: [Int]
        private var mark = 1

        init(_ count: Int) { marks = Array(repeating: 0, count: count) }

        mutating func clear() {
            threads.removeAll(keepingCapacity: true)
            mark += 1
        }

        mutating func insert(_ thread: Int) -> Bool {
            guard marks[thread] != mark else { return false }
            marks[thread] = mark
            return true
        }
    }
}
