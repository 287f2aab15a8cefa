import ChatOps
import HubCore
import LiveSessions
import Terminal

extension LiveSessions: LiveScreens {
    package func redraws(of session: Session.ID) async -> AsyncStream<Void> {
        let changes = await changes(of: session)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let passing = Task {
            for await change in changes {
                continuation.yield()
                if change == .ended { break }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in passing.cancel() }
        return stream
    }
}

extension LiveSessions: ChatTerminals {
    package var launchProfiles: [String]? { profiles.names.isEmpty ? nil : profiles.names }

    package func isLive(_ session: Session.ID) async -> Bool { await screen(of: session) != nil }

    package func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingReceipt {
        TypingReceipt(await type(text, into: session, submit: submits))
    }

    package func press(_ key: PadKey, in session: Session.ID) async -> TypingReceipt {
        guard let known = TerminalKey(key.word) else { return .typedNotSubmitted }
        return TypingReceipt(await press(known, into: session))
    }
}

extension TypingReceipt {
    fileprivate init(_ outcome: TypingOutcome) {
        self =
            switch outcome {
            case .submitted, .typed: .submitted
            case .typedNotSubmitted: .typedNotSubmitted
            case .noSession: .noSession
            case .serverOffline: .serverOffline
            }
    }
}
