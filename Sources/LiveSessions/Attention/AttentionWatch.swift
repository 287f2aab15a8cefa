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

    /// Whether the terminal asks for leave to do something: what is typed would be taken for an answer.
    package func asksPermission(_ session: Session.ID) async -> Bool { await live(session)?.asksPermission ?? false }

    /// Returns when the terminal has shown something and has then been quiet for a while, or when the time is up.
    package func waitUntilQuiet(_ session: Session.ID, for quiet: Duration, atMost limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while !Task.isCancelled, ContinuousClock.now < deadline, let live = live(session), await live.isOpen {
            let version = await live.glance().version
            await live.waitForChange(since: version, until: min(deadline, .now + quiet))
            if version > 0, await live.glance().version == version { return }
        }
    }

    /// Returns when the program shows that it can be told something, or is quiet, or when the time is up; while it waits for a person,
    /// it goes on waiting.
    package func waitUntilReady(_ session: Session.ID, _ profile: any TerminalProfile, atMost limit: Duration) async {
        var deadline = ContinuousClock.now + limit
        while !Task.isCancelled, ContinuousClock.now < deadline, let live = live(session), await live.isOpen {
            let glance = await live.glance()
            let reading = profile.reading(of: glance.image)
            if reading == .ready { return }
            await live.waitForChange(since: glance.version, until: .now + Self.readyQuiet)
            if case .waiting? = reading {
                deadline = .now + limit
            } else if reading == nil, glance.version > 0, await live.glance().version == glance.version {
                return
            }
        }
    }

    /// A program whose screen nobody can read is taken for ready when it has been quiet for so long.
    private static let readyQuiet: Duration = .seconds(3)

    private func note(_ change: AttentionChange, of session: Session.ID) async {
        do {
            switch change {
            case .waits(let kind, let text): try await hub.run(NoteWaiting(session, kind, text: text), as: .hub)
            case .goesOn:
                try await hub.run(EndWaiting(session), as: .hub)
                // What was held back meanwhile.
                if let server = await live(session)?.session.server { hub.doorbell.ring(server) }
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
    var asksPermission: Bool { if case .waiting(.permission, _)? = reading { true } else { false } }

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
