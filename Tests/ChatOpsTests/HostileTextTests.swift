import HubCore
import Testing

@testable import ChatOps

/// Whatever is typed, there is an answer: nothing is thrown, nothing hangs.
@Suite struct HostileTextTests {
    private static let pieces = [
        "/", "new", "task", "tasks", "_", "@", "#", "42", "web#", "!", "high", "after:", "\n", " ", "\u{0}", "\u{FFFD}", "🙂", "👩‍👩‍👧",
        "\u{202E}", "—",
        "“", "”", "repo:", "page:", "\u{301}", "٣", String(repeating: "x", count: 300), "start", "help", "approve", "note", "answer",
        "servers",
        "project", "without", "-", "yes",
    ]

    @Test("answers every mixture of words")
    func mixtures() async throws {
        let bench = try await ChatBench()
        var generator = SplitMix(state: 42)
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 1...8, using: &generator)).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
                .joined()
            let reply = try await bench.say(text, as: bench.vic, replyTo: Bool.random(using: &generator) ? .conversation : nil)
            #expect(reply != .silence, "\(text.debugDescription)")
            _ = try await bench.say(text, as: bench.vic, conversation: .newTask(.init(step: .title)))
            _ = try await bench.press(.command(text, inPlace: true), as: bench.vic)
        }
    }
}

/// Random numbers that come again in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
