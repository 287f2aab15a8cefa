import Pictures
import Testing

@Suite struct GraphPictureTests {
    /// Takes `dot` many seconds, and fits into a pipe.
    private static let tangle: String = {
        let edges = (0..<150).flatMap { from in (1..<30).map { "\(from)->\((from * 7 + $0 * 13) % 150)" } }
        return "digraph { \(edges.joined(separator: ";")) }"
    }()

    @Test("dot draws a PNG") func png() async throws {
        let bytes = try await GraphPicture.png(of: "digraph { a -> b }", limit: .seconds(60))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test("a missing program, a wrong graph and a slow drawing are told apart") func faults() async throws {
        await #expect(throws: GraphPicture.Fault.missing) {
            _ = try await GraphPicture.png(of: "digraph {}", program: "no-such-program", limit: .seconds(60))
        }
        await #expect(throws: GraphPicture.Fault.timedOut) {
            _ = try await GraphPicture.png(of: Self.tangle, limit: .milliseconds(300))
        }
        do {
            _ = try await GraphPicture.png(of: "digraph {", limit: .seconds(60))
            Issue.record("it was drawn")
        } catch .failed(let reason) { #expect(reason.contains("syntax error")) } catch { Issue.record("\(error)") }
    }
}
