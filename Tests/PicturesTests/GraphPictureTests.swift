import Pictures
import Testing

@Suite struct GraphPictureTests {
    @Test("dot draws a PNG") func png() async throws {
        let bytes = try await GraphPicture.png(of: "digraph { a -> b }", limit: .seconds(30))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test("a missing program, a wrong graph and a slow drawing are told apart") func faults() async throws {
        await #expect(throws: GraphPicture.Fault.missing) { _ = try await GraphPicture.png(of: "digraph {}", program: "no-such-program") }
        await #expect(throws: GraphPicture.Fault.timedOut) {
            _ = try await GraphPicture.png(of: "digraph {}", limit: .zero)
        }
        do {
            _ = try await GraphPicture.png(of: "digraph {", limit: .seconds(30))
            Issue.record("it was drawn")
        } catch .failed(let reason) { #expect(reason.contains("syntax error")) } catch { Issue.record("\(error)") }
    }
}
