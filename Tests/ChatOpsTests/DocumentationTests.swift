import ChatOps
import Foundation
import HubCore
import HubTesting
import Testing

/// What the documentation shows works.
@Suite struct DocumentationTests {
    @Test("every pipeline and every command file in docs/ is valid")
    func blocks() async throws {
        let bench = try await ChatBench()
        let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.path("docs"))
        var (pipelines, commands) = (0, 0)
        for name in names.sorted() where name.hasSuffix(".md") {
            for block in try Checkout.examples(in: "docs/\(name)") {
                let place: Comment = "docs/\(name):\(block.line)"
                let lines = block.text.split(separator: "\n")
                func value(of key: String) -> String? {
                    lines.first { $0.hasPrefix("\(key):") }.map { String($0.dropFirst(key.count + 1)) }
                }
                if value(of: "template") != nil || value(of: "builtin") != nil {
                    commands += 1
                    let file = try #require(value(of: "name")).trimmed + ".yaml"
                    #expect(throws: Never.self, place) { try Catalogue.parse(block.text, file: file) }
                } else if value(of: "tasks") != nil {
                    pipelines += 1
                    let words = try await bench.say("/pipeline\n" + block.text, as: bench.ada).words
                    #expect(words.hasSuffix("Nothing is created yet."), "\(place): \(words)")
                }
            }
        }
        #expect(pipelines >= 1 && commands >= 2)
    }
}
