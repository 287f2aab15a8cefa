import HubCore
import HubService
import Terminal

extension LiveSessions {
    private static let attentionPeriod: Duration = .milliseconds(500)

    /// Notices which terminals wait for somebody, and notes it for people.
    func watchAttention() async {
        while !Task.isCancelled {
            // Cancelled when the hub stops, which ends the loop.
            try? await Task.sleep(for: Self.attentionPeriod)
            for session in allLive where !Task.isCancelled {
                if let change = await session.review(profiles, now: hub.clock.now()) { await note(change, of: session.id) }
            }
        }
    }

    private func note(_ change: AttentionChange, of session: Session.ID) async {
        do {
            switch change {
            case .waits(let kind, let text): try await hub.run(NoteWaiting(session, kind, text: text), as: .hub)
            case .goesOn: try await hub.run(EndWaiting(session), as: .hub)
            }
        } catch {
            log.error("what a terminal waits for could not be noted", metadata: ["session": "\(session)", "error": "\(HubError(error))"])
        }
    }
}

enum AttentionChange: Hashable, Sendable {
    case waits(Session.Prompt, text: String)
    case goesOn
}

/// What one terminal waits for, as it was seen last.
struct Attention {
    /// A screen is looked at once it has been quiet for so long.
    private static let quietTime: Duration = .milliseconds(600)

    private(set) var reading: TerminalReading?
    private var version: UInt64?
    private var isUnknownChecked = false

    var isWaiting: Bool { if case .waiting? = reading { true } else { false } }
    var isBusy: Bool { reading == .busy }

    /// - Parameters:
    ///   - quiet: for how long nothing has come.
    ///   - looksForUnknown: whether a screen that no profile knows may be a question.
    mutating func review(
        _ profile: (any TerminalProfile)?, version: UInt64, quiet: Duration, looksForUnknown: Bool, _ image: () -> ScreenImage
    ) -> AttentionChange? {
        guard quiet >= Self.quietTime else { return nil }
        let mayBeUnknown = looksForUnknown && quiet >= UnknownPrompt.quietTime
        if version != self.version { isUnknownChecked = false }
        guard version != self.version || mayBeUnknown && !isUnknownChecked else { return nil }
        self.version = version
        var found = profile?.reading(of: image())
        if found == nil, mayBeUnknown {
            isUnknownChecked = true
            found = UnknownPrompt.text(on: image()).map { .waiting(.unknown, text: $0) }
        }
        let before = reading
        // What nobody knows for sure goes on being what it was until the screen says otherwise.
        reading = found
        guard reading != before else { return nil }
        if case .waiting(let kind, let text)? = reading { return .waits(kind, text: text) }
        if case .waiting? = before { return .goesOn }
        return nil
    }
}
