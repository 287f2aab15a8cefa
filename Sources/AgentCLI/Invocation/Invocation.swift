import Foundation
import HTTPClient
import HubCore

/// One run of the program.
struct Invocation: Sendable {
    let surroundings: Surroundings
    let wantsJSON: Bool

    var console: Console { surroundings.console }

    /// Gives `body` a connection to the hub.
    ///
    /// - Throws: ``Failure`` where nothing says which hub, or with which key.
    func withHub<Answer>(_ body: (HubConnection) async throws -> Answer) async throws -> Answer {
        try await withHub(AgentSettings(surroundings), body)
    }

    func withHub<Answer>(_ settings: AgentSettings, _ body: (HubConnection) async throws -> Answer) async throws -> Answer {
        let transport: CurlMultiLoop
        do {
            transport = try CurlMultiLoop(
                CurlSettings(
                    usesEnvironmentProxies: true, allowsPlainHTTP: true, verifiesCertificates: !settings.isTLSInsecure,
                    maximumConnections: 4))
        } catch {
            throw Failure.sentence("libcurl cannot be set up: out of memory or file descriptors")
        }
        do {
            let answer = try await body(HubConnection(settings: settings, transport: transport, retryPauses: surroundings.retryPauses))
            await transport.shutdown()
            return answer
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Prints the hub's answer: as it came with `--json`, else as `text` says it.
    func show(_ answer: JSONValue, _ text: (Console) -> String) {
        console.print(wantsJSON ? answer.indented : Console.harmless(keepingStyles: text(console)))
    }
}

extension Console {
    /// ``harmless(_:)`` for a text that already holds our own colours: those stay, as `ESC [ digits m` steers nothing else.
    static func harmless(keepingStyles text: String) -> String {
        guard text.utf8.contains(0x1B) else { return harmless(text) }
        return text.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated().map { index, piece in
            guard index > 0 else { return harmless(String(piece)) }
            let digits = piece.prefix { $0.isASCII && $0.isNumber }
            let rest = piece.dropFirst(digits.count)
            guard digits.count <= 2, rest.first == "m" else { return "\u{FFFD}[" + harmless(String(piece)) }
            return "\u{1B}[\(digits)m" + harmless(String(rest.dropFirst()))
        }.joined()
    }
}
