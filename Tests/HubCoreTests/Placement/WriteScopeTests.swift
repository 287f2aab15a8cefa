import HubCore
import Testing

@Suite struct WriteScopeTests {
    @Test(
        "patterns with a path in common overlap",
        arguments: [
            ("Sources/Web/**", "Sources/Web/Login.swift"), ("Sources/Web", "Sources/Web/Login/Form.swift"), ("**", "README.md"),
            ("Sources/*/Login.swift", "Sources/Web/*.swift"), ("**/Package.swift", "Package.swift"), ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"), ("file?.txt", "file1.txt"), ("SOURCES/web/a", "Sources/Web/**"), ("a*c", "ab*"), ("*", "a"),
            ("**/x/**", "a/**/b"), ("./a//b/", "a/b/c"), (".", "any/thing"), ("a/[id]", "a/[id]/page.tsx"),
        ])
    func overlap(_ a: String, _ b: String) throws {
        let (one, two) = (try WriteScope([a]).validated(), try WriteScope([b]).validated())
        #expect(one.overlap(with: two) != nil && two.overlap(with: one) != nil)
    }

    @Test(
        "patterns without one do not",
        arguments: [
            ("Sources/Web/**", "Sources/API/**"), ("Sources/Web", "Sources/WebKit"), ("*.swift", "Sources/a.swift"), ("a/*/c", "a/b/d"),
            ("file?.txt", "file10.txt"), ("a/?/c", "a/bb/c"), ("*.md", "*.swift"), ("docs/*", "docs/a/b.md"), ("ab*", "ba*"),
        ])
    func apart(_ a: String, _ b: String) throws {
        let (one, two) = (try WriteScope([a]).validated(), try WriteScope([b]).validated())
        #expect(one.overlap(with: two) == nil && two.overlap(with: one) == nil)
    }

    /// Straight from the definition, for short paths.
    fileprivate static func matches(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            return matches(pattern.dropFirst(), path) || (!path.isEmpty && matches(pattern, path.dropFirst()))
        }
        guard let name = path.first, matches(name: first[...], name[...]) else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }

    fileprivate static func matches(name pattern: Substring, _ name: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" { return matches(name: pattern.dropFirst(), name) || (!name.isEmpty && matches(name: pattern, name.dropFirst())) }
        guard let letter = name.first, first == "?" || first == letter else { return false }
        return matches(name: pattern.dropFirst(), name.dropFirst())
    }

    @Test("two random patterns overlap exactly where some path matches both", arguments: 1...20 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let names = ["a", "b", "aa", "ab", "ba", "bb"]
        var paths = names.map { [$0] }
        for _ in 0..<2 { paths += paths.flatMap { path in names.map { path + [$0] } } }
        let parts = ["a", "b", "ab", "*", "?", "a*", "*b", "**", "?b"]
        for _ in 0..<60 {
            let texts = (0..<2).map { _ in
                // A wildcard at the end, so that the pattern means no more than it says.
                ((0..<Int.random(in: 0...2, using: &random)).map { _ in parts.randomElement(using: &random) ?? "*" }
                    + [["*", "**", "?", "a*"].randomElement(using: &random) ?? "*"]).joined(separator: "/")
            }
            let patterns = texts.map { $0.split(separator: "/")[...] }
            let both = paths.contains { path in
                let path = path.map { $0[...] }[...]
                return Self.matches(patterns[0], path) && Self.matches(patterns[1], path)
            }
            let found = WriteScope([texts[0]]).overlap(with: WriteScope([texts[1]])) != nil
            #expect(found == both, "\(texts), seed \(seed)")
        }
    }

    @Test("what is no path in the repository is refused, and what says the same is one pattern")
    func validation() throws {
        #expect(throws: WriteScope.Fault.leavesRepository("a/../../b")) { try WriteScope(["a/../../b"]).validated() }
        #expect(throws: WriteScope.Fault.tooMany(33)) { try WriteScope((0..<33).map { "f\($0)" }).validated() }
        let long = (0..<9).map { "\($0)" + String(repeating: "*x", count: 127) }
        #expect(throws: WriteScope.Fault.tooLongTogether(2295)) { try WriteScope(long).validated() }
        #expect(throws: WriteScope.Fault.unreadable("a pattern")) { try WriteScope(["a\0b"]).validated() }
        #expect(throws: WriteScope.Fault.self) { try WriteScope([String(repeating: "x", count: 257)]).validated() }
        #expect(try WriteScope(["a/b", "./a/b/", "a//b"]).validated().patterns == ["a/b"])
        #expect(throws: AgentTask.ContentFault.writesNowhere) {
            try AgentTask.Content(title: "x", requirements: .init(writes: WriteScope(["a"]))).validated()
        }
    }

    @Test("hostile patterns of the greatest length are compared as others are")
    func hostile() throws {
        let long = String(repeating: "*a", count: 120)
        let parts = String(repeating: "**/", count: 85) + "z"
        let scope = try WriteScope((0..<7).map { "\($0)" + long } + [parts]).validated()
        #expect(scope.overlap(with: WriteScope(["0" + String(repeating: "ba", count: 120)])) != nil)
        #expect(scope.overlap(with: WriteScope(["8" + long + "/b*", "9" + long + "/b*"])) == nil)
    }
}
